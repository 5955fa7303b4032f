#include <gmock/gmock.h>

#include "house.hpp"

namespace homeport::service::control::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class Foresight : public House {
 protected:
  /// Runs one on nc6-0 that succeeds after so long.
  void run_for(const std::string& id, const domain::ClusterId& cluster, seconds length) {
    submit(a_run(id, cluster));
    step();
    report("nc6-0", AttemptPhase::Running, {started("main", 0)});
    step();
    clock.advance(length);
    report("nc6-0", AttemptPhase::Ended, {ended("main", 0)});
    step();
    ASSERT_EQ(state(id), domain::RunState::Completed);
  }
  /// One on its node, two behind it.
  void queue_up(const domain::ClusterId& cluster) {
    for (const char* id : {"a", "b", "c"}) submit(a_run(id, cluster));
    step();
    clock.advance(policy.forecast_interval);
    step();
  }
};

TEST_F(Foresight, AWaitingRunIsToldWhenItStarts) {
  const auto nc6 = ready_cluster("nc6", 1);
  run_for("first", nc6, seconds(60));
  queue_up(nc6);
  EXPECT_THAT(why("b"), EndsWith("; starts in about 59 s"));
  EXPECT_THAT(why("c"), EndsWith("; starts in about 2 min"));
  clock.advance(seconds(20));
  EXPECT_THAT(why("b"), EndsWith("; starts in about 39 s"));
  clock.advance(seconds(60));
  EXPECT_THAT(why("b"), EndsWith("; starts any moment")) << "it was foreseen too early";
}

TEST_F(Foresight, TheMedianOfTheLastRunsCounts) {
  const auto nc6 = ready_cluster("nc6", 1);
  for (const int length : {10, 600, 20, 30, 1}) {
    run_for("r" + std::to_string(length), nc6, seconds(length));
  }
  queue_up(nc6);
  EXPECT_THAT(why("b"), EndsWith("; starts in about 19 s"));
}

TEST_F(Foresight, WhereNothingIsKnownNothingIsTold) {
  queue_up(ready_cluster("nc6", 1));
  EXPECT_THAT(why("b"), Not(HasSubstr("starts")));
}

TEST_F(Foresight, AForecastThatCameTooEarlyIsMadeUpFor) {
  const auto nc6 = ready_cluster("nc6", 1);
  run_for("first", nc6, seconds(60));
  submit(a_run("a", nc6));
  submit(a_run("b", nc6));
  step();
  submit(a_run("c", nc6));
  step();
  EXPECT_THAT(why("c"), Not(HasSubstr("starts")));
  ASSERT_TRUE(pause);
  EXPECT_LE(*pause, policy.forecast_interval);
  clock.advance(*pause);
  step();
  EXPECT_THAT(why("c"), HasSubstr("starts in about"));
}

}  // namespace
}  // namespace homeport::service::control::testing
