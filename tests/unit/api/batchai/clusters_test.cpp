#include <gtest/gtest.h>

#include "batchai_fixture.hpp"
#include "service/transactions.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

class ClustersTest : public BatchAiTest {
 protected:
  Answer get(const std::string& name) { return request("GET", "workspaces/work/clusters/" + name); }
  Answer put(const std::string& name, const std::string& body,
             const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    return request("PUT", "workspaces/work/clusters/" + name, body, headers);
  }
  Answer patch(const std::string& name, const std::string& scale) {
    return request("PATCH", "workspaces/work/clusters/" + name,
                   R"({"properties":{"scaleSettings":)" + scale + "}}");
  }

  void add_node(const std::string& cluster, int index, domain::NodeState state) {
    const auto view = service::get_cluster(context, workspace, cluster).value();
    domain::Node node;
    node.id = domain::NodeId("tvm-" + std::to_string(index));
    node.cluster_id = view.cluster.id;
    node.index = index;
    node.state = state;
    node.host_name = cluster + "-" + std::to_string(index);
    node.address = "127.9.0." + std::to_string(index + 1);
    if (state == domain::NodeState::Unusable) {
      node.reason = "share 'sh' of the account 'acct' is not there";
      node.reason_code = "MountFailed";
    }
    ASSERT_TRUE(ledger
                    .write([&](ledger::Transaction& tx) -> base::Result<void> {
                      return tx.nodes().insert(node);
                    })
                    .has_value());
  }
};

TEST_F(ClustersTest, AClusterIsMadeAtOnceWithItsDefaults) {
  const Answer made = put_cluster("nc6");
  EXPECT_EQ(made.status(), 200) << made.message();
  const json::object expected = json::parse(R"({"provisioningState":"succeeded",
    "allocationState":"resizing","vmSize":"STANDARD_NC6","vmPriority":"dedicated",
    "currentNodeCount":0,"nodeStateCounts":{"runningNodeCount":0,"idleNodeCount":0,
      "unusableNodeCount":0,"preparingNodeCount":0,"leavingNodeCount":0},
    "scaleSettings":{"manual":{"targetNodeCount":2,"nodeDeallocationOption":"requeue"}},
    "virtualMachineConfiguration":{"imageReference":{"publisher":"Canonical",
      "offer":"UbuntuServer","sku":"16.04-LTS","version":"latest"}},
    "userAccountSettings":{"adminUserName":"admin"}})")
                                    .as_object();
  json::object properties = made.properties();
  for (const char* time :
       {"creationTime", "allocationStateTransitionTime", "provisioningStateTransitionTime"}) {
    EXPECT_TRUE(properties.contains(time)) << time;
    properties.erase(time);
  }
  EXPECT_EQ(properties, expected);
  EXPECT_EQ(made.body.at("id").as_string(), cluster_id("nc6"));
  EXPECT_EQ(made.body.at("type").as_string(), "Microsoft.BatchAI/workspaces/clusters");
  EXPECT_EQ(get("NC6").body, made.body);
}

TEST_F(ClustersTest, WhatWasAskedForIsShownBackWithoutSecrets) {
  const Answer made = put("c_long-name_of_a_cluster", R"({"properties":{
    "vmSize":"Standard_D2_V2","vmPriority":"lowpriority","provisioningState":"failed",
    "currentNodeCount":77,"creationTime":"yesterday",
    "scaleSettings":{"autoScale":{"minimumNodeCount":1,"maximumNodeCount":3,"initialNodeCount":2}},
    "virtualMachineConfiguration":{"imageReference":{"publisher":"p","offer":"o","sku":"s",
      "virtualMachineImageId":"/image"}},
    "userAccountSettings":{"adminUserName":"a","adminUserPassword":"geheim",
      "adminUserSshPublicKey":"ssh-rsa AAAA"},
    "subnet":{"id":"/subnet"},
    "nodeSetup":{"setupTask":{"commandLine":"x","stdOutErrPathPrefix":"$AZ_BATCHAI_MOUNT_ROOT/afs",
        "secrets":[{"name":"S","value":"geheim"}]},
      "mountVolumes":{"azureBlobFileSystems":[{"accountName":"acct","containerName":"co",
        "credentials":{"accountKey":"geheim"},"relativeMountPath":"bfs","mountOptions":"-o x"}]},
      "performanceCountersSettings":{"appInsightsReference":{"component":{"id":"/c"},
        "instrumentationKey":"geheim"}}}}})");
  ASSERT_EQ(made.status(), 200) << made.message();
  EXPECT_EQ(json::serialize(made.body).find("geheim"), std::string::npos);
  const json::object& properties = made.properties();
  EXPECT_EQ(properties.at("currentNodeCount").as_int64(), 0);
  EXPECT_EQ(made.text("provisioningState"), "succeeded");
  EXPECT_EQ(made.text("vmPriority"), "lowpriority");
  EXPECT_EQ(json::serialize(properties.at("scaleSettings")),
            R"({"autoScale":{"minimumNodeCount":1,"maximumNodeCount":3,"initialNodeCount":2}})");
  EXPECT_EQ(json::serialize(properties.at("userAccountSettings")),
            R"({"adminUserName":"a","adminUserSshPublicKey":"ssh-rsa AAAA"})");
  EXPECT_EQ(properties.at("subnet").at("id").as_string(), "/subnet");
  EXPECT_EQ(properties.at("virtualMachineConfiguration")
                .at("imageReference")
                .at("virtualMachineImageId")
                .as_string(),
            "/image");
  const json::value& setup = properties.at("nodeSetup");
  EXPECT_EQ(json::serialize(setup.at("setupTask").at("secrets")), R"([{"name":"S"}])");
  EXPECT_TRUE(setup.at("setupTask")
                  .at("stdOutErrPathSuffix")
                  .as_string()
                  .starts_with("sub/group/workspaces/work/clusters/c_long-name_of_a_cluster/"));
  EXPECT_EQ(json::serialize(setup.at("mountVolumes").at("azureBlobFileSystems").at(0)),
            R"({"accountName":"acct","containerName":"co","credentials":{},)"
            R"("relativeMountPath":"bfs","mountOptions":"-o x"})");
  EXPECT_EQ(setup.at("performanceCountersSettings")
                .at("appInsightsReference")
                .at("component")
                .at("id")
                .as_string(),
            "/c");
}

TEST_F(ClustersTest, ThePutOfAClusterThatIsThereMayOnlyRescaleIt) {
  put_cluster("nc6", 1);
  const Answer same = put_cluster("nc6", 1);
  EXPECT_EQ(same.status(), 200) << same.message();
  const Answer larger = put_cluster("nc6", 3);
  EXPECT_EQ(larger.status(), 200) << larger.message();
  EXPECT_EQ(json::serialize(larger.properties().at("scaleSettings").at("manual")),
            R"({"targetNodeCount":3,"nodeDeallocationOption":"requeue"})");
  std::string other = cluster_body(3);
  other.replace(other.find("Standard_NC6"), 12, "Standard_NC12");
  const Answer size = put("nc6", other);
  EXPECT_EQ(size.status(), 400);
  EXPECT_EQ(size.target(), "properties.vmSize");
  other = cluster_body(3);
  other.replace(other.find("geheim"), 6, "anders");
  const Answer password = put("nc6", other);
  EXPECT_EQ(password.status(), 409);
  EXPECT_EQ(password.code(), "ClusterAlreadyExists");
}

TEST_F(ClustersTest, AScaleIsChangedAndShownAtOnce) {
  put_cluster("nc6", 1);
  const Answer automatic = patch(
      "nc6", R"({"autoScale":{"minimumNodeCount":0,"maximumNodeCount":4,"initialNodeCount":1}})");
  EXPECT_EQ(automatic.status(), 200) << automatic.message();
  EXPECT_EQ(json::serialize(automatic.properties().at("scaleSettings")),
            R"({"autoScale":{"minimumNodeCount":0,"maximumNodeCount":4,"initialNodeCount":1}})");
  const Answer manual = patch(
      "nc6", R"({"manual":{"targetNodeCount":0,"nodeDeallocationOption":"waitforjobcompletion"}})");
  EXPECT_EQ(json::serialize(manual.properties().at("scaleSettings")),
            R"({"manual":{"targetNodeCount":0,"nodeDeallocationOption":"waitforjobcompletion"}})");
  EXPECT_EQ(request("PATCH", "workspaces/work/clusters/nc6", "{}").body, get("nc6").body);
  EXPECT_EQ(patch("nc6", R"({"manual":{}})").target(),
            "properties.scaleSettings.manual.targetNodeCount");
  const Answer huge = patch("nc6", R"({"manual":{"targetNodeCount":1000}})");
  EXPECT_EQ(huge.status(), 400);
  EXPECT_EQ(huge.target(), "properties.scaleSettings.manual.targetNodeCount");
  EXPECT_NE(huge.message().find("targetNodeCount"), std::string::npos) << huge.message();
  EXPECT_EQ(patch("none", R"({"manual":{"targetNodeCount":1}})").code(), "ClusterNotFound");
}

TEST_F(ClustersTest, NodesAreCountedListedAndExplained) {
  put_cluster("nc6", 4);
  using domain::NodeState;
  const NodeState states[] = {NodeState::Idle, NodeState::Running, NodeState::Preempted,
                              NodeState::Unusable};
  for (int i = 0; i < 4; ++i) add_node("nc6", i, states[i]);
  const Answer cluster = get("nc6");
  EXPECT_EQ(cluster.properties().at("currentNodeCount").as_int64(), 4);
  EXPECT_EQ(json::serialize(cluster.properties().at("nodeStateCounts")),
            R"({"runningNodeCount":1,"idleNodeCount":1,"unusableNodeCount":1,)"
            R"("preparingNodeCount":0,"leavingNodeCount":1})");
  const json::value& error = cluster.properties().at("errors").at(0);
  EXPECT_EQ(error.at("code").as_string(), "AZFMountError");
  EXPECT_EQ(error.at("details").at(0).at("value").as_string(), "nc6-3");
  const std::string list = "workspaces/work/clusters/nc6/listRemoteLoginInformation";
  const Answer first = request("POST", list + "?maxresults=3");
  EXPECT_EQ(json::serialize(first.body.at("value").at(0)),
            R"({"nodeId":"tvm-0","ipAddress":"127.9.0.1","port":0})");
  const std::string next(first.body.at("nextLink").as_string());
  for (const char* method : {"GET", "POST"}) {
    const Answer second = request_at(method, next.substr(11), "", {}, security::Owner{});
    EXPECT_EQ(second.body.at("value").as_array().size(), 1U) << method;
  }
}

TEST_F(ClustersTest, AClusterOfTheOtherServiceIsShownToo) {
  service::ClusterDraft draft = cluster_draft(1, 3);
  draft.name = "aml";
  ASSERT_TRUE(service::create_cluster(context, workspace, draft).has_value());
  const Answer shown = get("aml");
  EXPECT_EQ(shown.status(), 200);
  EXPECT_EQ(json::serialize(shown.properties().at("scaleSettings")),
            R"({"autoScale":{"minimumNodeCount":1,"maximumNodeCount":3,"initialNodeCount":0}})");
  EXPECT_EQ(shown.text("vmSize"), "STANDARD_NC6");
  EXPECT_TRUE(shown.properties().contains("userAccountSettings"));
  EXPECT_EQ(patch("aml", R"({"manual":{"targetNodeCount":2}})").status(), 200);
}

TEST_F(ClustersTest, ADeletionIsFollowedByItsOperation) {
  put_cluster("nc6");
  const Answer deleted = request("DELETE", "workspaces/work/clusters/nc6");
  EXPECT_EQ(deleted.status(), 202);
  const Answer poll =
      request_at("GET", deleted.header("Location").substr(11), "", {}, security::Owner{});
  EXPECT_EQ(poll.body.at("properties").at("resourceId").as_string(), "sub$group$work$nc6");
  EXPECT_EQ(get("nc6").text("provisioningState"), "deleting");
  EXPECT_EQ(put_cluster("nc6").status(), 409);
  EXPECT_EQ(request("DELETE", "workspaces/work/clusters/none").status(), 204);
  EXPECT_EQ(get("none").message(), "The specified cluster none is not found");
}

TEST_F(ClustersTest, TwoWritersDoNotOverwriteEachOther) {
  const std::string tag = put_cluster("nc6", 1).header("ETag");
  const auto rescale = [&](int nodes) {
    return put("nc6", cluster_body(nodes), {{"If-Match", tag}}).status();
  };
  EXPECT_EQ(rescale(2), 200);
  EXPECT_EQ(rescale(3), 412);
  EXPECT_EQ(put("nc6", cluster_body(2), {{"If-None-Match", "*"}}).status(), 412);
  EXPECT_EQ(put("new", cluster_body(2), {{"If-None-Match", "*"}}).status(), 200);
  EXPECT_EQ(request("DELETE", "workspaces/work/clusters/nc6", "", {{"If-Match", tag}}).status(),
            412);
}

TEST_F(ClustersTest, BadInputChangesNothing) {
  EXPECT_EQ(put("a.b", cluster_body(1)).target(), "clusterName");
  EXPECT_EQ(put(std::string(65, 'a'), cluster_body(1)).target(), "clusterName");
  EXPECT_EQ(put("nc6", "not json").status(), 400);
  EXPECT_EQ(put("nc6", R"({"properties":[]})").target(), "properties");
  EXPECT_EQ(get("nc6").status(), 404);
  EXPECT_TRUE(request("GET", "workspaces/work/clusters").body.at("value").as_array().empty());
}

}  // namespace
}  // namespace homeport::api::batchai
