#include "service/evictions.hpp"

#include <gmock/gmock.h>

#include "service_fixture.hpp"

namespace homeport::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Evictions : public ServiceTest {
 protected:
  void a_node(domain::VmPriority priority, domain::NodeState state) {
    ClusterDraft draft = cluster_draft();
    draft.priority = priority;
    const auto made = create_cluster(context, workspace, draft).value();
    domain::Node node;
    node.id = domain::NodeId("tvm-1");
    node.cluster_id = made.view.cluster.id;
    node.host_name = "nc6-0";
    node.state = state;
    ASSERT_TRUE(ledger.write([&](ledger::Transaction& tx) { return tx.nodes().insert(node); }));
  }
  auto evict(const std::string& node, int grace = 30) {
    return evict_node(context, workspace, "nc6", node, std::chrono::seconds(grace));
  }
};

TEST_F(Evictions, ANodeIsFoundByIdNameAndNumber) {
  a_node(domain::VmPriority::LowPriority, domain::NodeState::Running);
  for (const char* name : {"tvm-1", "nc6-0", "0"}) {
    const auto evicted = evict(name);
    ASSERT_TRUE(evicted) << name;
    EXPECT_EQ(evicted.value().host_name, "nc6-0");
  }
  const std::string told = "tvm-1 30000 its low-priority place was taken";
  EXPECT_THAT(control.evicted, ElementsAre(told, told, told));
}

TEST_F(Evictions, WhatCannotBeTakenAwayIsSaid) {
  a_node(domain::VmPriority::LowPriority, domain::NodeState::Preparing);
  EXPECT_EQ(evict("nc6-7").error().reason, "NodeNotFound");
  EXPECT_THAT(evict("nc6-7").error().message, HasSubstr("its nodes: nc6-0"));
  EXPECT_EQ(evict("0", -1).error().target, "grace");
  EXPECT_EQ(evict("0", 3601).error().target, "grace");
  EXPECT_EQ(evict("0").error().reason, "NodeNotEvictable");
  EXPECT_THAT(evict("0").error().message, HasSubstr("nc6-0 is preparing"));
  EXPECT_EQ(evict_node(context, workspace, "none", "0", {}).error().reason,
            "ComputeTargetNotFound");
  EXPECT_THAT(control.evicted, IsEmpty());
}

TEST_F(Evictions, DedicatedNodesStay) {
  a_node(domain::VmPriority::Dedicated, domain::NodeState::Idle);
  EXPECT_EQ(evict("0").error().reason, "NodeNotEvictable");
  EXPECT_THAT(control.evicted, IsEmpty());
}

}  // namespace
}  // namespace homeport::service
