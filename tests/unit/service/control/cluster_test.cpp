#include <gmock/gmock.h>

#include "house.hpp"

namespace homeport::service::control::testing {
namespace {

using domain::AllocationState;
using domain::RunState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Clusters : public House {
 protected:
  std::optional<domain::Cluster> cluster(const domain::ClusterId& id) {
    std::optional<domain::Cluster> found;
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(found, tx.clusters().find(id));
      return base::success();
    });
    return found;
  }
  void delete_cluster(const domain::ClusterId& id) {
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto row, tx.clusters().find(id));
      row->state = domain::ClusterState::Deleting;
      HP_TRYV(tx.clusters().update(*row));
      domain::Operation operation;
      operation.id = domain::OperationId("operation");
      operation.cluster_id = id;
      operation.kind = "delete";
      return tx.operations().insert(operation);
    });
    inbox->cluster_changed(id);
  }
  domain::Operation operation() {
    domain::Operation found;
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto row, tx.operations().find(domain::OperationId("operation")));
      found = *row;
      return base::success();
    });
    return found;
  }
};

TEST_F(Clusters, ComesToItsMinimumAndIsSteadyThen) {
  const auto nc6 = a_cluster("nc6", 2, 4);
  EXPECT_THAT(step(), ElementsAre("start node nc6-0", "start node nc6-1"));
  EXPECT_EQ(cluster(nc6)->allocation, AllocationState::Resizing);
  EXPECT_EQ(loop->target_nodes(nc6), 2);
  ready("nc6-0");
  ready("nc6-1");
  step();
  EXPECT_EQ(cluster(nc6)->allocation, AllocationState::Steady);
  EXPECT_EQ(cluster(nc6)->allocation_since, clock.wall());
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 idle", "nc6-1 idle"));
}

TEST_F(Clusters, AnIdleNodeLeavesAfterItsTimeWithoutAnyEvent) {
  const auto nc6 = a_cluster("nc6", 0, 1);
  submit(a_run("r", nc6));
  step();
  ready("nc6-0");
  step();
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0)});
  step();
  EXPECT_EQ(pause, seconds(120));
  clock.jump_wall(std::chrono::hours(5));
  EXPECT_THAT(step(), IsEmpty()) << "a jump of the wall clock is no idle time";
  clock.advance(seconds(120));
  EXPECT_THAT(step(), ElementsAre("stop node on nc6-0"));
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 leaving"));
  inbox->node_gone(engine.id_of("nc6-0"));
  step();
  EXPECT_THAT(nodes(), IsEmpty());
  EXPECT_EQ(cluster(nc6)->allocation, AllocationState::Steady);
}

TEST_F(Clusters, DeletingEndsItsRunsThenItsNodesThenItself) {
  const auto nc6 = ready_cluster("nc6", 1);
  submit(a_run("live", nc6));
  submit(a_run("waiting", nc6));
  step();
  delete_cluster(nc6);
  EXPECT_THAT(step(), ElementsAre("stop in 30000 ms on nc6-0"));
  EXPECT_EQ(state("waiting"), RunState::Failed);
  EXPECT_EQ(run("waiting").error->code, "ClusterDeleted");
  report("nc6-0", AttemptPhase::Ended, {ended("main", 0, 143)});
  EXPECT_THAT(step(), ElementsAre("forget on nc6-0", "stop node on nc6-0"));
  EXPECT_EQ(state("live"), RunState::Canceled);
  EXPECT_EQ(operation().state, domain::OperationState::InProgress);
  inbox->node_gone(engine.id_of("nc6-0"));
  step();
  EXPECT_FALSE(cluster(nc6).has_value());
  EXPECT_EQ(operation().state, domain::OperationState::Succeeded);
}

TEST_F(Clusters, AnEmptyOneIsDeletedAtOnce) {
  const auto nc6 = a_cluster("nc6", 0, 1);
  step();
  delete_cluster(nc6);
  step();
  EXPECT_FALSE(cluster(nc6).has_value());
}

TEST_F(Clusters, ABrokenNodeIsSeenThenReplaced) {
  a_cluster("nc6", 1, 1);
  step();
  inbox->node_failed(engine.id_of("nc6-0"), "no user namespaces here");
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 unusable"));
  EXPECT_EQ(pause, seconds(5));
  clock.advance(seconds(5));
  EXPECT_THAT(step(), ElementsAre("stop node on nc6-0", "start node nc6-1"));
}

TEST_F(Clusters, ANewNodeMayTakeTheIndexOfOneThatWentInTheSameStep) {
  tokens = 1000;
  token_step = -1;
  engine.places = 1;
  a_cluster("nc6", 1, 1);
  step();
  inbox->node_failed(engine.id_of("nc6-0"), "no room");
  step();
  clock.advance(seconds(5));
  EXPECT_THAT(step(), ElementsAre("stop node on nc6-0"));
  inbox->node_gone(engine.id_of("nc6-0"));
  EXPECT_THAT(step(), ElementsAre("start node nc6-0"));
}

TEST_F(Clusters, ARunOfAClusterThatIsNotThereFails) {
  submit(a_run("r", domain::ClusterId("nowhere")));
  step();
  EXPECT_EQ(state("r"), RunState::Failed);
  EXPECT_EQ(run("r").error->code, "ClusterNotFound");
}

TEST_F(Clusters, LimitsOfItsNodesBecomeItsWarningsOnce) {
  const auto nc6 = a_cluster("nc6", 2, 2);
  step();
  for (const char* node : {"nc6-0", "nc6-1"}) {
    inbox->node_ready(engine.id_of(node), {"127.1.0.2", 1, 1, 1, {"runs share your identity"}});
    step();
  }
  EXPECT_THAT(cluster(nc6)->warnings, ElementsAre("runs share your identity"));
}

}  // namespace
}  // namespace homeport::service::control::testing
