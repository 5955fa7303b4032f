#include <gmock/gmock.h>

#include "house.hpp"

namespace homeport::service::control::testing {
namespace {

using domain::RunState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// What is said of how a run ended, and of nodes that never came.
class Exit : public House {
 protected:
  std::vector<std::string> problems(const domain::ClusterId& id) {
    std::vector<std::string> out;
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto row, tx.clusters().find(id));
      for (const auto& problem : row->problems)
        out.push_back(problem.node + ": " + problem.message);
      return base::success();
    });
    return out;
  }
};

TEST_F(Exit, ACompletedRunHasNone) {
  submit(a_run("r", ready_cluster("nc6", 1)));
  step();
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0)});
  step();
  EXPECT_EQ(run("r").exit_code, 0);
}

TEST_F(Exit, IsThatOfTheProcessThatFailedFirst) {
  submit(a_run("r", ready_cluster("nc6", 2), 2));
  step();
  const auto first = ended("main", 1, 7);
  clock.advance(seconds(1));
  report("nc6-1", AttemptPhase::Running, {first});
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0, 143)});
  step();
  report("nc6-1", AttemptPhase::Ended, {first});
  step();
  EXPECT_EQ(state("r"), RunState::Failed);
  EXPECT_EQ(run("r").exit_code, 7);
}

TEST_F(Exit, OfASignalIsWhatAShellSays) {
  submit(a_run("r", ready_cluster("nc6", 1)));
  step();
  auto killed = ended("main", 0);
  killed.signal = 9;
  report("nc6-0", AttemptPhase::Ended, {killed});
  step();
  EXPECT_EQ(run("r").exit_code, 137);
}

TEST_F(Exit, NamesTheMemoryWhereTheKernelSaysSo) {
  submit(a_run("r", ready_cluster("nc6", 1)));
  step();
  auto killed = ended("main", 0);
  killed.signal = 9;
  killed.out_of_memory = true;
  report("nc6-0", AttemptPhase::Ended, {killed});
  step();
  EXPECT_THAT(run("r").error->message,
              HasSubstr("main/0 on nc6-0 was ended by signal 9 (SIGKILL): its node was out of "
                        "memory"));
}

TEST_F(Exit, OfAPreparationIsItsOwn) {
  submit(a_run("r", ready_cluster("nc6", 1)));
  step();
  auto told = report_of("nc6-0", AttemptPhase::Ended);
  told.error = "the preparation ended with exit code 4";
  told.error_code = engine::kPreparationFailed;
  told.error_exit_code = 4;
  inbox->attempt_reported(engine.id_of("nc6-0"), told);
  step();
  EXPECT_EQ(state("r"), RunState::Failed);
  EXPECT_EQ(run("r").error->code, "PreparationFailed");
  EXPECT_EQ(run("r").exit_code, 4);
}

TEST_F(Exit, ACanceledRunHasNoCode) {
  submit(a_run("r", ready_cluster("nc6", 1)));
  step();
  cancel("r");
  step();
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0, 143)});
  step();
  EXPECT_EQ(state("r"), RunState::Canceled);
  EXPECT_FALSE(run("r").exit_code);
  EXPECT_FALSE(run("r").error);
}

TEST_F(Exit, WhyARunIsBeingCanceledOutlivesTheServer) {
  auto endless = a_run("r", ready_cluster("nc6", 1));
  endless.spec->max_duration = seconds(60);
  submit(endless);
  step();
  report("nc6-0", AttemptPhase::Running, {started("main", 0)});
  step();
  clock.advance(seconds(60));
  step();
  EXPECT_EQ(state("r"), RunState::CancelRequested);
  make_loop();
  ready("nc6-0");
  step();
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0, 143)});
  step();
  EXPECT_EQ(state("r"), RunState::Canceled);
  EXPECT_EQ(run("r").error->code, "MaxDurationExceeded");
}

TEST_F(Exit, ARestartableRunGoesBackToTheQueueOnDedicatedNodesToo) {
  auto job = a_run("r", ready_cluster("nc6", 1));
  job.spec->restartable = true;
  submit(job);
  step();
  report("nc6-0", AttemptPhase::Running, {started("main", 0)});
  step();
  inbox->node_lost(engine.id_of("nc6-0"), "its agent was killed");
  step();
  EXPECT_EQ(state("r"), RunState::Queued);
  EXPECT_EQ(run("r").attempts, 1);
}

TEST_F(Exit, AfterARestartALostGangIsStillNoFailureOfItsOwn) {
  const auto nc6 = ready_cluster("nc6", 2, domain::VmPriority::LowPriority);
  submit(a_run("r", nc6, 2));
  step();
  for (int i = 0; i < 2; ++i) {
    report("nc6-" + std::to_string(i), AttemptPhase::Running, {started("main", i)});
  }
  step();
  inbox->node_lost(engine.id_of("nc6-1"), "its agent was killed");
  step();
  make_loop();
  ready("nc6-0");
  step();
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0, 143)});
  step();
  EXPECT_EQ(state("r"), RunState::Queued);
}

TEST_F(Exit, WhyNodesDoNotComeIsKeptUntilOneDoes) {
  const auto nc6 = a_cluster("nc6", 1, 1);
  step();
  inbox->node_failed(engine.id_of("nc6-0"), "no user namespaces here");
  step();
  EXPECT_THAT(problems(nc6), ElementsAre("nc6-0: no user namespaces here"));
  clock.advance(seconds(5));
  step();
  EXPECT_THAT(problems(nc6), ElementsAre("nc6-0: no user namespaces here")) << "tried again";
  inbox->node_failed(engine.id_of("nc6-1"), "no user namespaces here");
  step();
  EXPECT_THAT(problems(nc6), ElementsAre("nc6-1: no user namespaces here")) << "said once";
  clock.advance(seconds(10));
  step();
  ready("nc6-2");
  step();
  EXPECT_THAT(problems(nc6), ElementsAre());
}

TEST_F(Exit, ANodesNameIsOneThatAHostCanHave) {
  a_cluster("_My_cluster_" + std::string(60, 'x'), 1, 1);
  EXPECT_THAT(step(), ElementsAre("start node My-cluster-" + std::string(39, 'x') + "-0"));
}

}  // namespace
}  // namespace homeport::service::control::testing
