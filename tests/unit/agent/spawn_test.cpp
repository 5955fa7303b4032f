#include "agent/spawn.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.hpp"
#include "temporary_directory.hpp"

namespace homeport::agent {
namespace {

class Spawn : public ::testing::Test {
 protected:
  int run(std::vector<std::string> argv) {
    const base::FileDescriptor log(::open((directory_.path() / "log").c_str(),
                                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    const base::FileDescriptor place(
        ::open(directory_.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    SpawnOrder order;
    order.argv = std::move(argv);
    order.variables = {{"PATH", "/nowhere:/usr/bin:/bin"}, {"ONLY", "this"}};
    order.directory = place.get();
    order.output = log.get();
    started_ = spawn(order);
    if (started_.has_error()) return -1;
    int status = 0;
    ::waitpid(started_.value(), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  std::string log() { return base::read_file(directory_.path() / "log").value(); }

  testing::TemporaryDirectory directory_;
  base::Result<pid_t> started_ = 0;
};

TEST_F(Spawn, StartsInItsDirectoryWithNothingButWhatItIsGiven) {
  EXPECT_EQ(run({"sh", "-c", "pwd; env | grep ONLY; ls /proc/self/fd | wc -l; umask; cat"}), 0);
  // The three standard ones, and that of `ls` itself.
  EXPECT_EQ(log(), directory_.path().string() + "\nONLY=this\n4\n0022\n");
}

TEST_F(Spawn, LeadsASessionAndCannotGainPrivileges) {
  EXPECT_EQ(run({"sh", "-c", "grep NoNewPrivs /proc/self/status; cut -d' ' -f6 /proc/$$/stat"}), 0);
  EXPECT_EQ(log(), "NoNewPrivs:\t1\n" + std::to_string(started_.value()) + "\n");
}

TEST_F(Spawn, SaysWhyAProgramCannotStart) {
  run({"no-such-program"});
  ASSERT_TRUE(started_.has_error());
  EXPECT_EQ(started_.error().code, base::ErrorCode::NotFound);
  run({"/etc/passwd"});
  ASSERT_TRUE(started_.has_error());
  EXPECT_EQ(started_.error().code, base::ErrorCode::PermissionDenied);
  run({""});
  EXPECT_TRUE(started_.has_error());
}

}  // namespace
}  // namespace homeport::agent
