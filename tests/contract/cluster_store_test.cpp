// Clusters and their nodes.
#include "ledger_fixture.hpp"

namespace homeport::testing {

using base::ErrorCode;
using domain::Cluster;
using domain::ClusterId;
using domain::Node;
using domain::NodeId;
using ledger::Transaction;

class ClusterStoreContract : public LedgerContract {
 protected:
  void SetUp() override {
    LedgerContract::SetUp();
    EXPECT_OK(insert(a_cluster()));
  }
  base::Result<void> insert(const Cluster& cluster) {
    return write([&](Transaction& t) { return t.clusters().insert(cluster); });
  }
  base::Result<void> update(const Cluster& cluster) {
    return write([&](Transaction& t) { return t.clusters().update(cluster); });
  }
  base::Result<void> insert(const Node& node) {
    return write([&](Transaction& t) { return t.nodes().insert(node); });
  }
};
FOR_EVERY_LEDGER(ClusterStoreContract);

std::vector<std::string> names_of(const std::vector<Cluster>& clusters) {
  std::vector<std::string> names;
  for (const Cluster& cluster : clusters) names.push_back(cluster.name);
  return names;
}

TEST_P(ClusterStoreContract, KeepsEveryField) {
  const Cluster full = a_cluster("gpu", [](Cluster& c) {
    c.priority = domain::VmPriority::LowPriority;
    c.state = domain::ClusterState::Deleting;
    c.allocation = domain::AllocationState::Resizing;
    c.description = "d";
    c.tags = {{"a", "b"}};
    c.subnet_id = "/subscriptions/s/subnets/x";
    c.admin_user_name = "admin";
    c.warnings = {"one", "two"};
    c.scale.mode = domain::ScaleMode::Manual;
    c.scale.initial_nodes = 1;
    c.scale.deallocation = domain::Deallocation::WaitForRuns;
    c.definition = "{}";
    c.problems = {{"SetupFailed", "gpu-0", "the setup failed", moment(70)}};
    c.settled = true;
    c.revision = 7;
    c.setup = domain::NodeSetup{
        {{domain::VolumeKind::Container, "bfs", "account", "container", "sealed", ""}},
        {"/bin/bash", "-c", "true"},
        {{"A", "b"}},
        {{"SECRET", "sealed"}},
        domain::FilePlace{"account.file", "share", "logs"},
        "stdout-{node}.txt",
        "stderr-{node}.txt"};
  });
  EXPECT_OK(insert(full));
  reopen();
  EXPECT_EQ(look_up([&](Transaction& t) { return t.clusters().find(full.id); }), full);
}

TEST_P(ClusterStoreContract, FindsByNameWithoutCaseInItsWorkspace) {
  EXPECT_EQ(look_up([](Transaction& t) { return t.clusters().find(kWorkspace, "CPU"); }),
            a_cluster());
  EXPECT_EQ(look_up([](Transaction& t) { return t.clusters().find(kWorkspace, "gpu"); }),
            std::nullopt);
  EXPECT_EQ(look_up([](Transaction& t) {
              return t.clusters().find(domain::WorkspaceId("other"), "cpu");
            }),
            std::nullopt);
}

TEST_P(ClusterStoreContract, RefusesASecondOneOfTheSameIdOrName) {
  EXPECT_EQ(code_of(insert(a_cluster("new", [](Cluster& c) { c.id = kCluster; }))),
            ErrorCode::AlreadyExists);
  const auto same_name = insert(a_cluster("Cpu"));
  ASSERT_EQ(code_of(same_name), ErrorCode::AlreadyExists);
  EXPECT_EQ(same_name.error().reason, "ClusterAlreadyExists");
  EXPECT_OK(
      insert(a_cluster("CPU", [](Cluster& c) { c.workspace_id = domain::WorkspaceId("b"); })));
}

TEST_P(ClusterStoreContract, Updates) {
  const Cluster changed = a_cluster("cpu", [](Cluster& c) {
    c.scale = {2, 8, std::chrono::seconds(60)};
    c.state = domain::ClusterState::Deleting;
  });
  EXPECT_OK(update(changed));
  reopen();
  EXPECT_EQ(look_up([](Transaction& t) { return t.clusters().find(kCluster); }), changed);
}

TEST_P(ClusterStoreContract, CannotUpdateOrRemoveWhatIsNotThere) {
  EXPECT_EQ(code_of(update(a_cluster("none"))), ErrorCode::NotFound);
  EXPECT_EQ(code_of(write([](Transaction& t) { return t.clusters().remove(ClusterId("none")); })),
            ErrorCode::NotFound);
}

TEST_P(ClusterStoreContract, CannotTakeTheNameOfAnother) {
  EXPECT_OK(insert(a_cluster("gpu")));
  EXPECT_EQ(code_of(update(a_cluster("gpu", [](Cluster& c) { c.name = "CPU"; }))),
            ErrorCode::AlreadyExists);
}

TEST_P(ClusterStoreContract, ListsByNameWithoutCase) {
  EXPECT_OK(insert(a_cluster("Zulu")));
  EXPECT_OK(insert(a_cluster("Alpha")));
  EXPECT_OK(
      insert(a_cluster("bravo", [](Cluster& c) { c.workspace_id = domain::WorkspaceId("b"); })));
  EXPECT_EQ(names_of(look_up([](Transaction& t) { return t.clusters().list(kWorkspace); })),
            (std::vector<std::string>{"Alpha", "cpu", "Zulu"}));
  EXPECT_EQ(names_of(look_up([](Transaction& t) { return t.clusters().list_all(); })),
            (std::vector<std::string>{"Alpha", "bravo", "cpu", "Zulu"}));
}

TEST_P(ClusterStoreContract, RemovesAClusterWithItsNodes) {
  EXPECT_OK(insert(a_node(0)));
  EXPECT_OK(insert(a_node(1, [](Node& n) { n.cluster_id = ClusterId("other"); })));
  EXPECT_OK(write([](Transaction& t) { return t.clusters().remove(kCluster); }));
  reopen();
  EXPECT_EQ(look_up([](Transaction& t) { return t.clusters().find(kCluster); }), std::nullopt);
  const auto nodes = look_up([](Transaction& t) { return t.nodes().list_all(); });
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_EQ(nodes[0].cluster_id, ClusterId("other"));
}

TEST_P(ClusterStoreContract, KeepsEveryFieldOfANode) {
  const Node node = a_node(3, [](Node& n) {
    n.state = domain::NodeState::Unusable;
    n.reason = "its agent did not start";
    n.reason_code = "SetupFailed";
    n.run_id = domain::RunId("r");
  });
  EXPECT_OK(insert(node));
  reopen();
  EXPECT_EQ(look_up([&](Transaction& t) { return t.nodes().find(node.id); }), node);
  EXPECT_EQ(look_up([](Transaction& t) { return t.nodes().find(NodeId("none")); }), std::nullopt);
}

TEST_P(ClusterStoreContract, KeepsEveryStateOfANode) {
  using domain::NodeState;
  EXPECT_OK(insert(a_node()));
  for (const NodeState state : {NodeState::Preparing, NodeState::Idle, NodeState::Running,
                                NodeState::Leaving, NodeState::Unusable, NodeState::Preempted}) {
    const Node node = a_node(0, [&](Node& n) { n.state = state; });
    EXPECT_OK(write([&](Transaction& t) { return t.nodes().update(node); }));
    EXPECT_EQ(look_up([](Transaction& t) { return t.nodes().find(a_node().id); }), node);
  }
}

TEST_P(ClusterStoreContract, RefusesASecondNodeOfTheSameIdOrPlace) {
  EXPECT_OK(insert(a_node(0)));
  EXPECT_EQ(code_of(insert(a_node(1, [](Node& n) { n.id = a_node(0).id; }))),
            ErrorCode::AlreadyExists);
  EXPECT_EQ(code_of(insert(a_node(1, [](Node& n) { n.index = 0; }))), ErrorCode::AlreadyExists);
  EXPECT_OK(insert(a_node(1)));
  EXPECT_EQ(code_of(write([](Transaction& t) {
              return t.nodes().update(a_node(1, [](Node& n) { n.index = 0; }));
            })),
            ErrorCode::AlreadyExists);
}

TEST_P(ClusterStoreContract, CannotUpdateOrRemoveANodeThatIsNotThere) {
  EXPECT_EQ(code_of(write([](Transaction& t) { return t.nodes().update(a_node()); })),
            ErrorCode::NotFound);
  EXPECT_EQ(code_of(write([](Transaction& t) { return t.nodes().remove(a_node().id); })),
            ErrorCode::NotFound);
}

TEST_P(ClusterStoreContract, RemovesANodeAndFreesItsPlace) {
  EXPECT_OK(insert(a_node(0)));
  EXPECT_OK(write([](Transaction& t) { return t.nodes().remove(a_node(0).id); }));
  EXPECT_OK(insert(a_node(0, [](Node& n) { n.id = NodeId("tvm-another"); })));
}

TEST_P(ClusterStoreContract, ListsNodesByTheirPlace) {
  for (const int index : {2, 0, 1}) EXPECT_OK(insert(a_node(index)));
  EXPECT_OK(insert(a_node(0, [](Node& n) {
    n.id = NodeId("first");
    n.cluster_id = ClusterId("00");
  })));
  EXPECT_EQ(look_up([](Transaction& t) { return t.nodes().list(kCluster); }),
            (std::vector{a_node(0), a_node(1), a_node(2)}));
  EXPECT_EQ(look_up([](Transaction& t) { return t.nodes().list_all(); }).at(0).id, NodeId("first"));
}

}  // namespace homeport::testing
