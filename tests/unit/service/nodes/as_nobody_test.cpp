#include "as_nobody.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace homeport::service {
namespace {

TEST(AsNobody, EveryOtherTestOfJobsAndSetupsHolds) {
  if (::geteuid() != 0) GTEST_SKIP() << "these tests run without root already";
  EXPECT_EQ(testing::run_this_program_as_nobody(), 0);
}

}  // namespace
}  // namespace homeport::service
