#include "api/batchai/cluster_draft.hpp"

#include <gtest/gtest.h>

#include "api/batchai/toolkits.hpp"
#include "batchai_fixture.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

class ClusterDraftTest : public BatchAiTest {
 protected:
  base::Result<service::ClusterDraft> draft(const std::string& properties) {
    return parse_cluster(workspace, "nc6",
                         json::parse(R"({"properties":)" + properties + "}").as_object(), *keyring);
  }
  /// A cluster of the usual size and user, with `more` fields.
  base::Result<service::ClusterDraft> with(const std::string& more) {
    return draft(R"({"vmSize":"standard_nc6","userAccountSettings":{"adminUserName":"admin"},)" +
                 more + "}");
  }
  static constexpr const char* kManual = R"("scaleSettings":{"manual":{"targetNodeCount":2}})";
};

TEST_F(ClusterDraftTest, AManualScaleIsOneTarget) {
  const auto made = with(kManual);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  const domain::ScaleSettings& scale = made.value().scale;
  EXPECT_EQ(scale.mode, domain::ScaleMode::Manual);
  EXPECT_EQ(scale.min_nodes, 2);
  EXPECT_EQ(scale.max_nodes, 2);
  EXPECT_EQ(scale.deallocation, domain::Deallocation::Requeue);
  EXPECT_EQ(made.value().vm_size, "STANDARD_NC6");
  EXPECT_EQ(made.value().admin_user_name, "admin");
  EXPECT_FALSE(made.value().setup.has_value());
}

TEST_F(ClusterDraftTest, AnAutomaticScaleBeginsWithItsMinimum) {
  const auto with_scale = [&](const char* more) {
    return with(std::string(R"("scaleSettings":{"autoScale":{"minimumNodeCount":1,)"
                            R"("maximumNodeCount":3)") +
                more + "}}")
        .value()
        .scale;
  };
  EXPECT_EQ(with_scale("").mode, domain::ScaleMode::Automatic);
  EXPECT_EQ(with_scale("").initial_nodes, 1);
  EXPECT_EQ(with_scale(R"(,"initialNodeCount":0)").initial_nodes, 0);
  EXPECT_EQ(with_scale(R"(,"initialNodeCount":2)").initial_nodes, 2);
}

TEST_F(ClusterDraftTest, NodesAreSetUp) {
  const auto made = with(std::string(kManual) + R"(,"nodeSetup":{
    "setupTask":{"commandLine":"echo $GREETING","stdOutErrPathPrefix":"$AZ_BATCHAI_MOUNT_ROOT/afs",
      "environmentVariables":[{"name":"GREETING","value":"hi"}],
      "secrets":[{"name":"SECRET","value":"geheim"}]},
    "mountVolumes":{"azureFileShares":[{"accountName":"acct",
      "azureFileUrl":"https://acct.file.core.windows.net/sh","credentials":{"accountKey":"a2V5"},
      "relativeMountPath":"afs"}]},
    "performanceCountersSettings":{"appInsightsReference":{"component":{"id":"/c"},
      "instrumentationKey":"geheim"}}})");
  ASSERT_TRUE(made.has_value()) << made.error().message;
  ASSERT_TRUE(made.value().setup.has_value());
  const domain::NodeSetup& setup = *made.value().setup;
  EXPECT_EQ(setup.command, shell_command("echo $GREETING"));
  EXPECT_EQ(setup.variables.at("GREETING"), "hi");
  EXPECT_EQ(keyring->decrypt(setup.sealed_secrets.at("SECRET")).value().reveal(), "geheim");
  ASSERT_TRUE(setup.logs.has_value());
  EXPECT_EQ(setup.logs->account + "/" + setup.logs->container, "acct.file/sh");
  EXPECT_TRUE(setup.logs->path.starts_with("sub/group/workspaces/work/clusters/nc6/"))
      << setup.logs->path;
  EXPECT_EQ(setup.output_name, "stdout-{node}.txt");
  EXPECT_EQ(made.value().definition.find("geheim"), std::string::npos);
  EXPECT_NE(made.value().definition.find(R"("component":{"id":"/c"})"), std::string::npos);
}

TEST_F(ClusterDraftTest, TheDefinitionIsTheSameTextEachTimeWithoutTheScale) {
  const std::string definition = with(kManual).value().definition;
  EXPECT_EQ(with(R"("scaleSettings":{"manual":{"targetNodeCount":7}})").value().definition,
            definition);
  EXPECT_NE(with(std::string(kManual) + R"(,"vmPriority":"lowpriority")").value().definition,
            definition);
  EXPECT_EQ(definition.find("scaleSettings"), std::string::npos);
}

TEST_F(ClusterDraftTest, WrongParametersAreNamed) {
  const std::string user = R"("userAccountSettings":{"adminUserName":"a"})";
  const std::pair<std::string, const char*> rows[] = {
      {"{" + user + "," + kManual + "}", "properties.vmSize"},
      {R"({"vmSize":"HUGE",)" + user + "," + kManual + "}", "properties.vmSize"},
      {R"({"vmSize":7,)" + user + "," + kManual + "}", "properties.vmSize"},
      {R"({"vmSize":"STANDARD_H16R","vmPriority":"lowpriority",)" + user + "," + kManual + "}",
       "properties.vmPriority"},
      {R"({"vmSize":"STANDARD_NC6","vmPriority":"cheap",)" + user + "," + kManual + "}",
       "properties.vmPriority"},
      {std::string(R"({"vmSize":"STANDARD_NC6",)") + kManual + "}",
       "properties.userAccountSettings"},
      {std::string(R"({"vmSize":"STANDARD_NC6","userAccountSettings":{},)") + kManual + "}",
       "properties.userAccountSettings.adminUserName"},
      {R"({"vmSize":"STANDARD_NC6",)" + user + "}", "properties.scaleSettings"},
  };
  for (const auto& [properties, path] : rows) {
    const auto refused = draft(properties);
    ASSERT_TRUE(refused.has_error()) << properties;
    EXPECT_EQ(refused.error().target, path) << properties;
    EXPECT_NE(refused.error().message.find(path), std::string::npos) << refused.error().message;
  }
}

TEST_F(ClusterDraftTest, WrongScalesAreNamed) {
  const std::pair<const char*, const char*> rows[] = {
      {"{}", ""},
      {R"({"manual":{"targetNodeCount":1},"autoScale":{"minimumNodeCount":0,"maximumNodeCount":1}})",
       ""},
      {R"({"manual":{}})", ".manual.targetNodeCount"},
      {R"({"manual":{"targetNodeCount":-1}})", ".manual.targetNodeCount"},
      {R"({"manual":{"targetNodeCount":1,"nodeDeallocationOption":"never"}})",
       ".manual.nodeDeallocationOption"},
      {R"({"autoScale":{"maximumNodeCount":1}})", ".autoScale.minimumNodeCount"},
      {R"({"autoScale":{"minimumNodeCount":2,"maximumNodeCount":1}})",
       ".autoScale.maximumNodeCount"},
      {R"({"autoScale":{"minimumNodeCount":0,"maximumNodeCount":0}})",
       ".autoScale.maximumNodeCount"},
      {R"({"autoScale":{"minimumNodeCount":0,"maximumNodeCount":1,"initialNodeCount":2}})",
       ".autoScale.initialNodeCount"},
  };
  for (const auto& [scale, path] : rows) {
    const auto refused = with(std::string(R"("scaleSettings":)") + scale);
    ASSERT_TRUE(refused.has_error()) << scale;
    EXPECT_EQ(refused.error().target, std::string("properties.scaleSettings") + path) << scale;
  }
  EXPECT_FALSE(parse_scale_change(json::object()).value().has_value());
}

}  // namespace
}  // namespace homeport::api::batchai
