#include "as_nobody.hpp"

#include "engine_fixture.hpp"

namespace homeport::engine {
namespace {

TEST(AsNobody, EveryOtherTestOfTheEngineHolds) {
  if (::geteuid() != 0) GTEST_SKIP() << "these tests run without root already";
  EXPECT_EQ(testing::run_this_program_as_nobody(), 0);
}

}  // namespace
}  // namespace homeport::engine
