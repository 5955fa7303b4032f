#include <gmock/gmock.h>

#include "house.hpp"

namespace homeport::service::control::testing {
namespace {

using domain::Deallocation;
using domain::RunState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Clusters whose size a person chooses.
class ManualScale : public House {
 protected:
  void resize(const domain::ClusterId& id, int target, Deallocation how = Deallocation::Requeue) {
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto row, tx.clusters().find(id));
      row->scale = {target, target, seconds(120), domain::ScaleMode::Manual, 0, how};
      return tx.clusters().update(*row);
    });
    inbox->cluster_changed(id);
  }
  domain::Cluster cluster(const domain::ClusterId& id) {
    domain::Cluster found;
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto row, tx.clusters().find(id));
      found = row.value();
      return base::success();
    });
    return found;
  }
  /// A manual cluster of `count` idle nodes.
  domain::ClusterId manual_cluster(int count) {
    const auto id = ready_cluster("nc6", count);
    resize(id, count);
    step();
    return id;
  }
  void start(const std::string& run, const domain::ClusterId& id, int first_node, int nodes = 1) {
    submit(a_run(run, id, nodes));
    step();
    for (int i = 0; i < nodes; ++i) {
      report("nc6-" + std::to_string(first_node + i), AttemptPhase::Running, {started("main", i)});
    }
    step();
    ASSERT_EQ(state(run), RunState::Running);
  }
  /// What its agent says after the stop.
  void stopped(const std::string& node, int index = 0) {
    report(node, AttemptPhase::Ended, {ended("main", index, 143)});
  }
};

TEST_F(ManualScale, IdleNodesNeverLeaveByThemselves) {
  manual_cluster(2);
  clock.advance(std::chrono::hours(5));
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 idle", "nc6-1 idle"));
}

TEST_F(ManualScale, AShrunkClusterStopsItsRunWithGraceAndQueuesItAgain) {
  const auto nc6 = manual_cluster(2);
  start("r", nc6, 0, 2);
  resize(nc6, 1);
  EXPECT_THAT(step(), ElementsAre("stop in 30000 ms on nc6-0", "stop in 30000 ms on nc6-1"));
  EXPECT_THAT(step(), IsEmpty()) << "once";
  stopped("nc6-0", 0);
  step();
  EXPECT_EQ(state("r"), RunState::Running);
  stopped("nc6-1", 1);
  EXPECT_THAT(step(), Contains("stop node on nc6-1"));
  EXPECT_EQ(state("r"), RunState::Queued);
  EXPECT_EQ(run("r").attempts, 1);
  EXPECT_EQ(attempt("r").outcome, "cluster 'nc6' was made smaller");
  EXPECT_THAT(why("r"), HasSubstr("nc6 has a target of 1: resize it"));
  inbox->node_gone(engine.id_of("nc6-1"));
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_EQ(cluster(nc6).allocation, domain::AllocationState::Steady);
  resize(nc6, 2);
  EXPECT_THAT(step(), ElementsAre("start node nc6-1"));
  ready("nc6-1");
  EXPECT_THAT(step(), ElementsAre("start attempt on nc6-0", "start attempt on nc6-1"));
  EXPECT_EQ(attempt("r").number, 2);
}

TEST_F(ManualScale, ARecalledRunIsNotTakenForAFailedOneByTheNextServer) {
  const auto nc6 = manual_cluster(1);
  start("r", nc6, 0);
  resize(nc6, 0);
  step();
  EXPECT_EQ(attempt("r").recalled, "cluster 'nc6' was made smaller");
  resize(nc6, 1);
  make_loop();
  ready("nc6-0");
  step();
  stopped("nc6-0");
  step();
  EXPECT_EQ(state("r"), RunState::Starting) << "queued and placed again at once";
  EXPECT_EQ(attempt("r").number, 2);
  EXPECT_EQ(attempt("r").recalled, "");
}

TEST_F(ManualScale, TerminateEndsTheRunWithTheReasonThatOutlivesTheServer) {
  const auto nc6 = manual_cluster(1);
  start("r", nc6, 0);
  resize(nc6, 0, Deallocation::Terminate);
  EXPECT_THAT(step(), ElementsAre("stop in 30000 ms on nc6-0"));
  EXPECT_EQ(state("r"), RunState::CancelRequested);
  make_loop();
  ready("nc6-0");
  step();
  stopped("nc6-0");
  step();
  EXPECT_EQ(state("r"), RunState::Canceled);
  EXPECT_EQ(run("r").error->code, "ClusterResized");
  EXPECT_EQ(run("r").error->message, "cluster 'nc6' was made smaller");
  EXPECT_FALSE(run("r").exit_code);
}

TEST_F(ManualScale, WaitingForRunsStopsNoneAndPlacesNoneOnWhatWillLeave) {
  const auto nc6 = manual_cluster(2);
  start("a", nc6, 0);
  start("b", nc6, 1);
  submit(a_run("next", nc6));
  resize(nc6, 1, Deallocation::WaitForRuns);
  EXPECT_THAT(step(), IsEmpty());
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0)});
  EXPECT_THAT(step(), ElementsAre("forget on nc6-0", "stop node on nc6-0"));
  EXPECT_EQ(state("a"), RunState::Completed);
  EXPECT_EQ(state("next"), RunState::Queued);
  report("nc6-1", AttemptPhase::Ended, {ended("main", 0)});
  EXPECT_THAT(step(), ElementsAre("forget on nc6-1", "start attempt on nc6-1"));
}

TEST_F(ManualScale, GrowingAgainTakesBackWhatWasToLeave) {
  const auto nc6 = manual_cluster(2);
  start("a", nc6, 0);
  start("b", nc6, 1);
  resize(nc6, 1, Deallocation::WaitForRuns);
  step();
  resize(nc6, 2, Deallocation::WaitForRuns);
  step();
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0)});
  EXPECT_THAT(step(), ElementsAre("forget on nc6-0"));
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 idle", "nc6-1 running"));
}

TEST_F(ManualScale, ANewScaleEndsTheWaitAfterFailedStarts) {
  const auto nc6 = a_cluster("nc6", 1, 1);
  step();
  inbox->node_failed(engine.id_of("nc6-0"), "its setup failed");
  EXPECT_THAT(step(), IsEmpty());
  resize(nc6, 0);
  EXPECT_THAT(step(), ElementsAre("stop node on nc6-0"));
  inbox->node_gone(engine.id_of("nc6-0"));
  step();
  resize(nc6, 1);
  EXPECT_THAT(step(), ElementsAre("start node nc6-0"));
}

TEST_F(ManualScale, AnAutomaticClusterBeginsWithItsInitialNodesAndKeepsThemForItsIdleTime) {
  const auto nc6 = a_cluster("nc6", 0, 3);
  write([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(auto row, tx.clusters().find(nc6));
    row->scale.initial_nodes = 2;
    return tx.clusters().update(*row);
  });
  EXPECT_THAT(step(), ElementsAre("start node nc6-0", "start node nc6-1"));
  ready("nc6-0");
  step();
  clock.advance(seconds(500));
  EXPECT_THAT(step(), IsEmpty()) << "the second one is not there yet";
  ready("nc6-1");
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_TRUE(cluster(nc6).settled);
  EXPECT_THAT(step(), ElementsAre("stop node on nc6-0"));
  clock.advance(seconds(120));
  EXPECT_THAT(step(), ElementsAre("stop node on nc6-1"));
  EXPECT_THAT(step(), IsEmpty());
}

}  // namespace
}  // namespace homeport::service::control::testing
