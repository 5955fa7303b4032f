#include <gmock/gmock.h>

#include "house.hpp"

namespace homeport::service::control::testing {
namespace {

using domain::RunState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Cancelling : public House {};

TEST_F(Cancelling, AWaitingRunLeavesTheQueueAtOnce) {
  const auto nc6 = a_cluster("nc6", 0, 1);
  submit(a_run("r", nc6));
  step();
  cancel("r");
  step();
  EXPECT_EQ(state("r"), RunState::Canceled);
  EXPECT_EQ(why("r"), "it does not wait");
  ready("nc6-0");
  EXPECT_THAT(step(), IsEmpty());
}

TEST_F(Cancelling, ACancelThatOnlyTheLoopHearsOfIsWrittenByIt) {
  const auto nc6 = a_cluster("nc6", 0, 1);
  submit(a_run("r", nc6));
  step();
  inbox->run_cancel_requested(workspace, domain::RunId("r"));
  step();
  EXPECT_EQ(state("r"), RunState::Canceled);
  EXPECT_TRUE(run("r").ended_at.has_value());
}

TEST_F(Cancelling, ACancelBetweenSubmitAndClaimWins) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  cancel("r");
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_EQ(state("r"), RunState::Canceled);
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 idle"));
}

TEST_F(Cancelling, ARunningRunIsStoppedWithGraceAndEndsCanceled) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  report("nc6-0", AttemptPhase::Running, {started("main", 0)});
  step();
  cancel("r");
  EXPECT_THAT(step(), ElementsAre("stop in 30000 ms on nc6-0"));
  EXPECT_EQ(state("r"), RunState::CancelRequested);
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0, 143)});
  step();
  EXPECT_EQ(state("r"), RunState::Canceled);
  EXPECT_FALSE(run("r").error.has_value());
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 idle"));
}

TEST_F(Cancelling, ACancelThatTheLoopHasNotHeardOfIsNotOverwritten) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  write([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto row, tx.runs().find(workspace, domain::RunId("r")));
    HP_TRYV(tx.runs().advance(*row, domain::RunEvent::CancelAsked));
    return base::success();
  });
  report("nc6-0", AttemptPhase::Running, {started("main", 0)});
  EXPECT_THAT(step(), ElementsAre("stop in 30000 ms on nc6-0"));
  EXPECT_EQ(state("r"), RunState::CancelRequested);
}

TEST_F(Cancelling, ANodeThatDoesNotCarryOutAStopIsEnded) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  cancel("r");
  step();
  clock.advance(policy.cancel_grace + policy.stop_slack);
  EXPECT_THAT(step(), ElementsAre("stop node on nc6-0"));
  EXPECT_EQ(state("r"), RunState::CancelRequested) << "not before it is proven dead";
  inbox->node_gone(engine.id_of("nc6-0"));
  step();
  EXPECT_EQ(state("r"), RunState::Canceled);
}

TEST_F(Cancelling, ARunIsCanceledAfterItsLongestDuration) {
  const auto nc6 = ready_cluster("nc6", 1);
  domain::Run timed = a_run("r", nc6);
  timed.spec->max_duration = seconds(60);
  submit(timed);
  step();
  clock.advance(seconds(100));
  report("nc6-0", AttemptPhase::Running, {started("main", 0)});
  EXPECT_THAT(step(), IsEmpty()) << "it counts from the start of user code";
  EXPECT_EQ(pause, seconds(60));
  clock.advance(seconds(60));
  EXPECT_THAT(step(), ElementsAre("stop in 30000 ms on nc6-0"));
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0, 143)});
  step();
  EXPECT_EQ(state("r"), RunState::Canceled);
  EXPECT_THAT(run("r").error->message, HasSubstr("60 s"));
}

TEST_F(Cancelling, ThePreparationOfARunItselfIsAPartOfItsDuration) {
  const auto nc6 = ready_cluster("nc6", 1);
  domain::Run timed = a_run("r", nc6);
  timed.spec->max_duration = seconds(60);
  timed.spec->preparation = {"/bin/sh", "-c", "sleep 1d"};
  submit(timed);
  step();
  clock.advance(seconds(50));
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_EQ(pause, seconds(10));
  clock.advance(seconds(10));
  EXPECT_THAT(step(), ElementsAre("stop in 30000 ms on nc6-0"));
  report("nc6-0", AttemptPhase::Ended);
  step();
  EXPECT_EQ(state("r"), RunState::Canceled);
  EXPECT_EQ(run("r").error->code, "MaxDurationExceeded");
}

}  // namespace
}  // namespace homeport::service::control::testing
