#include <gmock/gmock.h>

#include "real_house.hpp"

namespace homeport::service {
namespace {

using domain::NodeState;
using domain::RunState;
using ::testing::HasSubstr;

class NodeSetupOnNodes : public RealHouse {
 protected:
  domain::NodeSetup setup(const std::string& line) const {
    domain::NodeSetup made;
    made.command = {"/bin/bash", "-c", line};
    made.volumes = {share_at("common")};
    made.variables = {{"GREETING", "setup on $CLUSTER_MOUNTS"}};
    made.sealed_secrets = {{"SECRET", keyring->encrypt(security::Secret("has a $ecret"))}};
    made.logs = domain::FilePlace{shares, "share", "setup"};
    made.output_name = "stdout-{node}.txt";
    made.error_name = "stderr-{node}.txt";
    return made;
  }
  NodeState state() {
    const auto rows = nodes();
    return rows.empty() ? NodeState::Preparing : rows.front().state;
  }
};

INSTANTIATE_TEST_SUITE_P(On, NodeSetupOnNodes, ::testing::Bool(), [](const auto& chosen) {
  return std::string(chosen.param ? "Namespaces" : "Bare");
});

TEST_P(NodeSetupOnNodes, RunsFindWhatItHasDone) {
  const domain::Cluster cluster =
      make_cluster(1, setup("id -u; echo $GREETING $SECRET; echo tool > ~/tool; sleep 0.2; "
                            "echo data > $CLUSTER_MOUNTS/common/data"));
  for (const char* id : {"job1", "job2"}) {
    submit(job(id, 1, "cat ~/tool $CLUSTER_MOUNTS/common/data && echo $HOME"));
    EXPECT_EQ(wait_for_end(id).state, RunState::Completed) << id;
    EXPECT_THAT(in_share(std::string("logs/") + id + "/stdouterr/stdout.txt"),
                ::testing::StartsWith("tool\ndata\n"));
  }
  const std::string node = nodes().front().id.text();
  EXPECT_THAT(
      in_share("setup/stdout-" + node + ".txt"),
      HasSubstr("setup on " + cluster_mounts(context, cluster.id).string() + " has a $ecret\n"));
  EXPECT_EQ(in_share("setup/stderr-" + node + ".txt"), "");
}

TEST_P(NodeSetupOnNodes, ItsFailureIsTheNodesReason) {
  domain::NodeSetup failing = setup("echo said; echo no package >&2; exit 9");
  make_cluster(1, failing);
  ASSERT_TRUE(soon([&] { return state() == NodeState::Unusable; }));
  const domain::Node node = nodes().front();
  EXPECT_THAT(node.reason, HasSubstr("ended with exit code 9"));
  EXPECT_THAT(node.reason, HasSubstr("setup/stderr-" + node.id.text() + ".txt in 'share'"));
  EXPECT_THAT(node.reason, HasSubstr("no package"));
  EXPECT_EQ(in_share("setup/stdout-" + node.id.text() + ".txt"), "said\n");
}

TEST_P(NodeSetupOnNodes, WithoutAPlaceForItsLogsTheyStayWithTheNode) {
  domain::NodeSetup failing = setup("echo said; exit 9");
  failing.logs.reset();
  const domain::Cluster cluster = make_cluster(1, failing);
  ASSERT_TRUE(soon([&] { return state() == NodeState::Unusable; }));
  const domain::Node node = nodes().front();
  const auto log =
      node_directory(context, cluster.id, node.id) / ("stdout-" + node.id.text() + ".txt");
  EXPECT_EQ(base::read_file(log).value(), "said\n");
  EXPECT_THAT(node.reason, HasSubstr(log.parent_path().string()));
}

TEST_P(NodeSetupOnNodes, AVolumeThatIsNotThereIsTheNodesReason) {
  domain::NodeSetup wrong = setup("true");
  wrong.volumes[0].container = "nothing";
  make_cluster(1, wrong);
  ASSERT_TRUE(soon([&] { return state() == NodeState::Unusable; }));
  EXPECT_THAT(nodes().front().reason, HasSubstr("share 'nothing'"));
}

TEST_P(NodeSetupOnNodes, ARestartedServerGoesOnWithIt) {
  make_cluster(1, setup("echo begun; sleep 1; echo done"));
  std::string log;
  ASSERT_TRUE(soon([&] {
    const auto rows = nodes();
    if (rows.empty()) return false;
    log = "setup/stdout-" + rows.front().id.text() + ".txt";
    return in_share(log) == "begun\n";
  }));
  kill_server();
  start_server();
  EXPECT_TRUE(soon([&] { return state() == NodeState::Idle; }));
  EXPECT_EQ(in_share(log), "begun\ndone\n");
}

}  // namespace
}  // namespace homeport::service
