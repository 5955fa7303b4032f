#include <stdio.h>
#include <sys/wait.h>

#include <array>

#include "engine_fixture.hpp"

namespace homeport::engine {
namespace {

/// Runs it to its end; what it says becomes ours, but for the word by which ctest takes a test
/// for skipped: that some test inside was is no reason not to believe the others.
int run(const std::string& command) {
  FILE* said = ::popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> line{};
  while (std::fgets(line.data(), line.size(), said) != nullptr) {
    std::string text(line.data());
    const size_t skipped = text.find("SKIPPED");
    if (skipped != std::string::npos) text.replace(skipped, 7, "skipped");
    std::fputs(text.c_str(), stdout);
  }
  return ::pclose(said);
}

TEST(AsNobody, EveryOtherTestOfTheEngineHolds) {
  if (::geteuid() != 0) GTEST_SKIP() << "these tests run without root already";
  // A copy: there may be no way for nobody to where the program lies.
  const testing::TemporaryDirectory place;
  const std::filesystem::path program = place.path() / "test_local_engine";
  std::filesystem::copy_file("/proc/self/exe", program);
  std::filesystem::permissions(program, std::filesystem::perms(0755));
  const int status = run("exec setpriv --reuid 65534 --regid 65534 --clear-groups " +
                         program.string() + " --gtest_filter=-AsNobody.* --gtest_brief=1");
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace homeport::engine
