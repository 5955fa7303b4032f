#include <gmock/gmock.h>

#include "house.hpp"

namespace homeport::service::control::testing {
namespace {

using domain::RunState;
using domain::VmPriority;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class LostNode : public House {
 protected:
  void running_gang(VmPriority priority) {
    const auto nc6 = ready_cluster("nc6", 2, priority);
    submit(a_run("r", nc6, 2));
    step();
    for (int i = 0; i < 2; ++i) {
      report("nc6-" + std::to_string(i), AttemptPhase::Running, {started("main", i)});
    }
    step();
    ASSERT_EQ(state("r"), RunState::Running);
  }
};

TEST_F(LostNode, FailsADedicatedRunOnceTheRestHasStopped) {
  running_gang(VmPriority::Dedicated);
  inbox->node_lost(engine.id_of("nc6-1"), "its agent was killed");
  EXPECT_THAT(step(), ElementsAre("stop in 3000 ms on nc6-0"));
  EXPECT_EQ(state("r"), RunState::Running);
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 running", "nc6-1 unusable"));
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0, 143)});
  EXPECT_THAT(step(), Contains("forget on nc6-0"));
  EXPECT_EQ(state("r"), RunState::Failed);
  EXPECT_EQ(run("r").error->code, "NodeLost");
  EXPECT_THAT(run("r").error->message, HasSubstr("nc6-1 was lost: its agent was killed"));
}

TEST_F(LostNode, SendsALowPriorityRunBackToTheQueueWithANewToken) {
  running_gang(VmPriority::LowPriority);
  const std::string token = attempt("r").token;
  inbox->node_lost(engine.id_of("nc6-1"), "its agent was killed");
  step();
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0, 143)});
  step();
  EXPECT_EQ(state("r"), RunState::Queued);
  EXPECT_EQ(run("r").attempts, 1);
  clock.advance(policy.planner.first_retry);
  step();
  ready("nc6-2");
  EXPECT_THAT(step(), ElementsAre("start attempt on nc6-0", "start attempt on nc6-2"));
  EXPECT_EQ(attempt("r").number, 2);
  EXPECT_NE(attempt("r").token, token);
}

TEST_F(LostNode, FailsALowPriorityRunAfterTooManyAttempts) {
  policy.most_attempts = 1;
  make_loop();
  running_gang(VmPriority::LowPriority);
  inbox->node_lost(engine.id_of("nc6-0"), "gone");
  inbox->node_lost(engine.id_of("nc6-1"), "gone");
  step();
  EXPECT_EQ(state("r"), RunState::Failed);
  EXPECT_THAT(run("r").error->message, HasSubstr("attempt 1 of at most 1"));
}

TEST_F(LostNode, AnEvictedNodeIsProvenGoneBeforeItsRunGoesBack) {
  running_gang(VmPriority::LowPriority);
  inbox->evict(engine.id_of("nc6-0"), "its place was taken");
  EXPECT_THAT(step(), Contains("stop node on nc6-0"));
  EXPECT_THAT(nodes(), Contains("nc6-0 preempted"));
  report("nc6-1", AttemptPhase::Ended, {ended("main", 1, 143)});
  step();
  EXPECT_EQ(state("r"), RunState::Running);
  inbox->node_gone(engine.id_of("nc6-0"));
  step();
  EXPECT_EQ(state("r"), RunState::Queued);
}

TEST_F(LostNode, AnEvictedNodeStaysForTheGraceOfItsRun) {
  running_gang(VmPriority::LowPriority);
  inbox->evict(engine.id_of("nc6-0"), "its place was taken", std::chrono::seconds(40));
  EXPECT_THAT(step(), ElementsAre("stop in 40000 ms on nc6-0", "stop in 40000 ms on nc6-1",
                                  "start node nc6-2"));
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 preempted", "nc6-1 running", "nc6-2 preparing"));
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0, 0)});
  EXPECT_THAT(step(), IsEmpty());
  report("nc6-1", AttemptPhase::Ended, {ended("main", 1, 0)});
  EXPECT_THAT(step(), ElementsAre("forget on nc6-0", "stop node on nc6-0", "forget on nc6-1"));
  EXPECT_EQ(state("r"), RunState::Queued);
  EXPECT_EQ(run("r").attempts, 1);
  EXPECT_THAT(attempt("r").outcome, HasSubstr("nc6-0 was lost: its place was taken"));
}

TEST_F(LostNode, AnEvictedNodeGoesWhenTheGraceOfItsRunIsOver) {
  running_gang(VmPriority::LowPriority);
  inbox->evict(engine.id_of("nc6-0"), "its place was taken", std::chrono::seconds(40));
  step();
  clock.advance(std::chrono::seconds(40) + policy.stop_slack);
  EXPECT_THAT(step(), ElementsAre("stop node on nc6-0", "stop node on nc6-1"));
}

TEST_F(LostNode, ARestartedServerLetsARunLeaveAnEvictedNode) {
  running_gang(VmPriority::LowPriority);
  inbox->evict(engine.id_of("nc6-0"), "its place was taken", std::chrono::seconds(40));
  step();
  make_loop();
  EXPECT_THAT(engine.take_orders(), Not(Contains("stop node on nc6-0")));
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0, 143)});
  report("nc6-1", AttemptPhase::Ended, {ended("main", 1, 143)});
  EXPECT_THAT(step(), Contains("stop node on nc6-0"));
  EXPECT_EQ(state("r"), RunState::Queued);
}

TEST_F(LostNode, AnIdleNodeIsEvictedAtOnce) {
  ready_cluster("nc6", 1, VmPriority::LowPriority);
  inbox->evict(engine.id_of("nc6-0"), "its place was taken", std::chrono::seconds(40));
  EXPECT_THAT(step(), Contains("stop node on nc6-0"));
}

TEST_F(LostNode, ASilentNodeIsShownAndComesBack) {
  running_gang(VmPriority::Dedicated);
  inbox->node_silent(engine.id_of("nc6-0"), clock.wall());
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_EQ(state("r"), RunState::NotResponding);
  inbox->node_heard(engine.id_of("nc6-0"));
  step();
  EXPECT_EQ(state("r"), RunState::Running);
  clock.advance(policy.lease * 2);
  EXPECT_THAT(step(), IsEmpty());
}

TEST_F(LostNode, ASilentNodeIsReplacedAfterItsLeaseAndWithProofOnly) {
  running_gang(VmPriority::Dedicated);
  inbox->node_silent(engine.id_of("nc6-0"), clock.wall());
  step();
  clock.advance(policy.lease - seconds(1));
  EXPECT_THAT(step(), IsEmpty());
  clock.advance(seconds(1));
  EXPECT_THAT(step(), ElementsAre("stop node on nc6-0", "stop in 3000 ms on nc6-0",
                                  "stop in 3000 ms on nc6-1"));
  EXPECT_EQ(state("r"), RunState::NotResponding);
  report("nc6-1", AttemptPhase::Ended, {ended("main", 1, 143)});
  step();
  EXPECT_EQ(state("r"), RunState::NotResponding) << "what is silent may still run";
  inbox->node_gone(engine.id_of("nc6-0"));
  step();
  EXPECT_EQ(state("r"), RunState::Failed);
}

TEST_F(LostNode, AfterTheLastProcessEndedWellTheRunIsCompletedAllTheSame) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  report("nc6-0", AttemptPhase::Running, {ended("main", 0)});
  step();
  EXPECT_EQ(state("r"), RunState::Finalizing);
  inbox->node_lost(engine.id_of("nc6-0"), "killed");
  step();
  EXPECT_EQ(state("r"), RunState::Completed);
}

TEST_F(LostNode, AnIdleNodeThatDiesIsReplaced) {
  ready_cluster("nc6", 1);
  inbox->node_lost(engine.id_of("nc6-0"), "killed");
  step();
  clock.advance(policy.planner.first_retry);
  EXPECT_THAT(step(), ElementsAre("stop node on nc6-0", "start node nc6-1"));
}

}  // namespace
}  // namespace homeport::service::control::testing
