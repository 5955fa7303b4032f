#include <sys/wait.h>

#include "engine_fixture.hpp"

namespace homeport::engine {
namespace {

TEST(AsNobody, EveryOtherTestOfTheEngineHolds) {
  if (::geteuid() != 0) GTEST_SKIP() << "these tests run without root already";
  // With no way into the folders above it, nobody cannot start this program.
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  const std::string command = "exec setpriv --reuid 65534 --regid 65534 --clear-groups " + self +
                              " --gtest_filter=-AsNobody.* --gtest_brief=1";
  if (std::system(
          ("exec setpriv --reuid 65534 --regid 65534 --clear-groups test -x " + self).c_str()) !=
      0) {
    GTEST_SKIP() << "nobody cannot reach " << self;
  }
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace homeport::engine
