#include <gmock/gmock.h>

#include "house.hpp"

namespace homeport::service::control::testing {
namespace {

using domain::RunState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LifeOfARun : public House {};

TEST_F(LifeOfARun, StartsANodeClaimsLaunchesAndEnds) {
  const auto nc6 = a_cluster("nc6", 0, 2);
  submit(a_run("r", nc6));
  EXPECT_THAT(step(), ElementsAre("start node nc6-0"));
  EXPECT_THAT(why("r"), HasSubstr("1 being prepared"));
  ready("nc6-0");
  EXPECT_THAT(step(), ElementsAre("start attempt on nc6-0"));
  EXPECT_EQ(state("r"), RunState::Starting);
  EXPECT_EQ(why("r"), "it does not wait");
  EXPECT_TRUE(engine.started.at("nc6-0").launch_when_prepared) << "a gang of one needs no word";

  report("nc6-0", AttemptPhase::Running, {started("main", 0)});
  EXPECT_THAT(step(), ElementsAre());
  EXPECT_EQ(state("r"), RunState::Running);
  EXPECT_EQ(run("r").started_at, clock.wall());
  EXPECT_EQ(attempt("r").state, domain::AttemptState::Running);
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 running"));

  report("nc6-0", AttemptPhase::Running, {ended("main", 0)});
  step();
  EXPECT_EQ(state("r"), RunState::Finalizing) << "its outputs are being collected";
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0)});
  EXPECT_THAT(step(), ElementsAre("forget on nc6-0"));
  EXPECT_EQ(state("r"), RunState::Completed);
  EXPECT_TRUE(run("r").ended_at.has_value());
  EXPECT_EQ(run("r").attempts, 1);
  EXPECT_EQ(attempt("r").state, domain::AttemptState::Ended);
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 idle"));
}

TEST_F(LifeOfARun, AQuickRunEndsInOneStepAndTheNextIsClaimedInTheSame) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("a", nc6));
  submit(a_run("b", nc6));
  EXPECT_THAT(step(), ElementsAre("start attempt on nc6-0"));
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0)});
  EXPECT_THAT(step(), ElementsAre("forget on nc6-0", "start attempt on nc6-0"));
  EXPECT_EQ(state("a"), RunState::Completed);
  EXPECT_EQ(state("b"), RunState::Starting);
  EXPECT_NE(attempt("a").token, attempt("b").token);
  EXPECT_NE(attempt("a").processes[0].port, attempt("b").processes[0].port);
}

TEST_F(LifeOfARun, AGangIsLaunchedWhenEveryNodeIsPreparedAndItsServersEndWithTheWorkers) {
  const auto nc6 = ready_cluster("nc6", 2);
  submit(a_run("r", nc6, 2, domain::ParameterServerLayout{2, 1}));
  EXPECT_THAT(step(), ElementsAre("start attempt on nc6-0", "start attempt on nc6-1"));
  EXPECT_FALSE(engine.started.at("nc6-0").launch_when_prepared);
  std::set<int> ports;
  for (const auto& process : attempt("r").processes) ports.insert(process.port);
  EXPECT_EQ(ports.size(), 3U) << "each process has a port of its own";

  report("nc6-0", AttemptPhase::Building);
  step();
  EXPECT_EQ(state("r"), RunState::Preparing);
  report("nc6-0", AttemptPhase::Prepared);
  EXPECT_THAT(step(), ElementsAre());
  report("nc6-1", AttemptPhase::Prepared);
  EXPECT_THAT(step(), ElementsAre("launch on nc6-0", "launch on nc6-1"));
  EXPECT_EQ(state("r"), RunState::Starting);

  report("nc6-0", AttemptPhase::Running, {started("ps", 0), started("worker", 0)});
  report("nc6-1", AttemptPhase::Running, {started("worker", 1)});
  step();
  EXPECT_EQ(state("r"), RunState::Running);
  report("nc6-1", AttemptPhase::Ended, {ended("worker", 1)});
  EXPECT_THAT(step(), ElementsAre());
  report("nc6-0", AttemptPhase::Running, {started("ps", 0), ended("worker", 0)});
  EXPECT_THAT(step(), ElementsAre("stop ps/0 in 5000 ms on nc6-0"));
  EXPECT_EQ(state("r"), RunState::Running);
  report("nc6-0", AttemptPhase::Ended, {ended("ps", 0, 143), ended("worker", 0)});
  step();
  EXPECT_EQ(state("r"), RunState::Completed) << "how a server ends when told to does not count";
}

TEST_F(LifeOfARun, AFailingProcessFailsTheRunAndStopsTheRest) {
  const auto nc6 = ready_cluster("nc6", 2);
  submit(a_run("r", nc6, 2, domain::ParameterServerLayout{2, 1}));
  step();
  report("nc6-0", AttemptPhase::Running, {started("ps", 0), started("worker", 0)});
  report("nc6-1", AttemptPhase::Running, {ended("worker", 1, 3, "ValueError: no data")});
  EXPECT_THAT(step(), ElementsAre("stop in 3000 ms on nc6-0", "stop in 3000 ms on nc6-1"));
  EXPECT_EQ(state("r"), RunState::Running);
  report("nc6-1", AttemptPhase::Ended);
  report("nc6-0", AttemptPhase::Ended, {ended("ps", 0, 143), ended("worker", 0, 143)});
  step();
  EXPECT_EQ(state("r"), RunState::Failed);
  ASSERT_TRUE(run("r").error.has_value());
  EXPECT_EQ(run("r").error->code, "UserError");
  EXPECT_EQ(run("r").error->message,
            "worker/1 on nc6-1 ended with exit code 3. Last lines of worker-1.txt:\n"
            "ValueError: no data");
}

TEST_F(LifeOfARun, APreparationThatFailsSaysWhy) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  auto told = report_of("nc6-0", AttemptPhase::Ended);
  told.error = "the environment could not be built";
  told.error_log_tail = "No matching distribution";
  inbox->attempt_reported(engine.id_of("nc6-0"), told);
  step();
  EXPECT_EQ(state("r"), RunState::Failed);
  EXPECT_THAT(run("r").error->message, HasSubstr("No matching distribution"));
}

TEST_F(LifeOfARun, WhatCannotBeComposedFailsWithThatMessageAndFreesItsPlace) {
  const auto nc6 = ready_cluster("nc6", 1);
  composer.error = base::not_found("DataNotFound", "datastore 'd' has no 'x'");
  submit(a_run("r", nc6));
  EXPECT_THAT(step(), ElementsAre());
  EXPECT_EQ(state("r"), RunState::Failed);
  EXPECT_EQ(run("r").error->code, "UserError");
  EXPECT_EQ(run("r").error->message, "datastore 'd' has no 'x'");
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 idle"));
}

TEST_F(LifeOfARun, ReportsOfAnotherTokenChangeNothing) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  auto told = report_of("nc6-0", AttemptPhase::Ended);
  told.token = "stale";
  told.processes = {ended("main", 0)};
  inbox->attempt_reported(engine.id_of("nc6-0"), told);
  EXPECT_THAT(step(), ElementsAre("forget on nc6-0"));
  told.phase = AttemptPhase::Running;
  inbox->attempt_reported(engine.id_of("nc6-0"), told);
  EXPECT_THAT(step(), ElementsAre("stop in 0 ms on nc6-0"));
  EXPECT_EQ(state("r"), RunState::Starting);
}

TEST_F(LifeOfARun, RepeatedReportsAndSubmitsDoNoHarm) {
  const auto nc6 = ready_cluster("nc6", 2);
  submit(a_run("r", nc6));
  step();
  inbox->run_submitted(workspace, domain::RunId("r"));
  for (int i = 0; i < 2; ++i) {
    report("nc6-0", AttemptPhase::Running, {started("main", 0)});
    EXPECT_THAT(step(), ElementsAre());
  }
  report("nc6-0", AttemptPhase::Preparing);
  EXPECT_THAT(step(), ElementsAre());
  EXPECT_EQ(state("r"), RunState::Running);
}

TEST_F(LifeOfARun, APortThatSomethingElseHoldsIsNotLeased) {
  busy_port = policy.first_port;
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  EXPECT_EQ(attempt("r").processes[0].port, policy.first_port + 1);
}

TEST_F(LifeOfARun, WarningsOfTheNodesReachTheRun) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("r", nc6));
  step();
  auto told = report_of("nc6-0", AttemptPhase::Ended);
  told.processes = {ended("main", 0)};
  told.warnings = {"runs share your identity"};
  inbox->attempt_reported(engine.id_of("nc6-0"), told);
  step();
  ASSERT_EQ(run("r").warnings.size(), 1U);
  EXPECT_EQ(run("r").warnings[0].message, "runs share your identity");
}

}  // namespace
}  // namespace homeport::service::control::testing
