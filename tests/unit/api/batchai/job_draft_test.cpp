#include "api/batchai/job_draft.hpp"

#include <gtest/gtest.h>

#include "api/batchai/names.hpp"
#include "api/batchai/toolkits.hpp"
#include "batchai_fixture.hpp"
#include "builders.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

/// The job of the guide, as azure-mgmt-batchai 2.0.0 sends it.
constexpr const char* kGuide = R"({"properties":{"schedulingPriority":"normal",
  "cluster":{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.BatchAI/workspaces/w/clusters/nc6"},
  "mountVolumes":{
    "azureFileShares":[{"accountName":"acct","azureFileUrl":"https://acct.file.core.windows.net/logs",
      "credentials":{"accountKey":"a2V5"},"relativeMountPath":"afs","fileMode":"0777","directoryMode":"0777"}],
    "azureBlobFileSystems":[{"accountName":"acct","containerName":"batchaisample",
      "credentials":{"accountKey":"a2V5"},"relativeMountPath":"bfs"}]},
  "nodeCount":2,
  "containerSettings":{"imageSourceRegistry":{"image":"tensorflow/tensorflow:1.8.0-gpu"}},
  "tensorFlowSettings":{"pythonScriptFilePath":"$AZ_BATCHAI_INPUT_SCRIPT/mnist_replica.py",
    "masterCommandLineArgs":"--job_name=worker --task_index=$AZ_BATCHAI_TASK_INDEX",
    "workerCommandLineArgs":"--job_name=worker","parameterServerCommandLineArgs":"--job_name=ps",
    "workerCount":2,"parameterServerCount":1},
  "stdOutErrPathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs",
  "inputDirectories":[{"id":"SCRIPT","path":"$AZ_BATCHAI_JOB_MOUNT_ROOT/bfs/tensorflow_samples"},
                      {"id":"DATASET","path":"$AZ_BATCHAI_JOB_MOUNT_ROOT/bfs/mnist_dataset"}],
  "outputDirectories":[{"id":"MODEL","pathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs","pathSuffix":"Models"},
    {"id":"TENSORBOARD","pathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs","pathSuffix":"Logs"}],
  "jobPreparation":{"commandLine":"pip install x"},
  "environmentVariables":[{"name":"A","value":"1"},{"name":"EMPTY","value":""}],
  "secrets":[{"name":"S","value":"geheim"}],
  "constraints":{"maxWallClockTime":"PT1H"}}})";

class JobDraftTest : public BatchAiTest {
 protected:
  base::Result<JobParameters> parse(const std::string& body) {
    return parse_job(json::parse(body).as_object(), *keyring);
  }
  base::Result<service::RunDraft> draft(const std::string& body) {
    HP_TRY(const JobParameters parameters, parse(body));
    return draft_job(context, workspace, "exp", "job1", parameters, testing::a_cluster("nc6"));
  }
};

TEST_F(JobDraftTest, TheGuidesJobBecomesARun) {
  const auto made = draft(kGuide);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  const service::RunDraft& run = made.value();
  const domain::RunSpec& spec = run.spec;
  EXPECT_EQ(run.name, "job1");
  EXPECT_EQ(run.experiment_name, "exp");
  EXPECT_EQ(spec.node_count, 2);
  EXPECT_EQ(spec.layout, (domain::Layout{domain::ParameterServerLayout{2, 1}}));
  EXPECT_EQ(spec.environment.container_image, "tensorflow/tensorflow:1.8.0-gpu");
  EXPECT_EQ(spec.environment.variables.at("A"), "1");
  EXPECT_EQ(spec.environment.variables.at("EMPTY"), "");
  EXPECT_EQ(keyring->decrypt(spec.sealed_secrets.at("S")).value().reveal(), "geheim");
  EXPECT_EQ(spec.preparation, shell_command("pip install x"));
  EXPECT_EQ(spec.max_duration, std::chrono::hours(1));
  EXPECT_EQ(spec.dialect, kDialect);
  EXPECT_TRUE(spec.restartable);
  ASSERT_EQ(spec.volumes.size(), 2U);
  const std::string segment = run.properties.at(kSegmentProperty);
  EXPECT_TRUE(segment.starts_with("sub/group/workspaces/work/experiments/exp/jobs/job1/"))
      << segment;
  const std::vector<domain::RunFolder> folders{
      {"stdouterr", {"acct.file", "logs", segment + "/stdouterr"}},
      {"outputs/Models", {"acct.file", "logs", segment + "/outputs/Models"}},
      {"outputs/Logs", {"acct.file", "logs", segment + "/outputs/Logs"}}};
  EXPECT_EQ(spec.folders, folders);
}

TEST_F(JobDraftTest, TheDefinitionIsTheSameTextEachTimeAndHoldsNoSecret) {
  const std::string first = parse(kGuide).value().definition;
  EXPECT_EQ(parse(kGuide).value().definition, first);
  EXPECT_EQ(first.find("geheim"), std::string::npos);
  EXPECT_EQ(first.find("a2V5"), std::string::npos);
  std::string other(kGuide);
  other.replace(other.find("geheim"), 6, "anders");
  EXPECT_NE(parse(other).value().definition, first);
  EXPECT_NE(draft(kGuide).value().properties.at(kSegmentProperty),
            draft(kGuide).value().properties.at(kSegmentProperty));
}

TEST_F(JobDraftTest, WhatIsLeftOutIsFilledIn) {
  const auto made = draft(job_body());
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ(made.value().spec.max_duration, std::chrono::hours(24 * 7));
  EXPECT_EQ(made.value().spec.priority, 0);
  const std::string& text = made.value().definition;
  for (const char* part :
       {R"("schedulingPriority":"normal")", R"("constraints":{"maxWallClockTime":"P7D"})",
        R"("fileMode":"0777","directoryMode":"0777")", R"("credentials":{})",
        R"("toolType":"custom")"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
  }
}

TEST_F(JobDraftTest, ADirectoryOnNoVolumeIsMadeWhereTheCommandRuns) {
  const char* directories =
      R"(,"outputDirectories":[{"id":"LOCAL","pathPrefix":"/tmp"},
          {"id":"KEPT","pathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs"}])";
  EXPECT_EQ(draft(job_body(directories)).value().spec.command,
            shell_command("mkdir -p \"$AZ_BATCHAI_OUTPUT_LOCAL\"\necho hi"));
  EXPECT_EQ(draft(job_body()).value().spec.command, shell_command("echo hi"));
}

TEST_F(JobDraftTest, PrioritiesAreOrdered) {
  const auto priority = [&](const char* name) {
    return draft(job_body(std::string(R"(,"schedulingPriority":")") + name + "\""))
        .value()
        .spec.priority;
  };
  EXPECT_GT(priority("high"), priority("normal"));
  EXPECT_GT(priority("normal"), priority("low"));
}

TEST_F(JobDraftTest, AClusterOfTheOtherServiceMayBeNamed) {
  const auto reference = parse_cluster_id(
      "/SUBSCRIPTIONS/s/resourcegroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/"
      "computes/cpu",
      "f");
  ASSERT_TRUE(reference.has_value());
  EXPECT_EQ(reference.value().workspace.name + "/" + reference.value().name, "w/cpu");
  for (const char* wrong :
       {"", "nc6", "/subscriptions/s/resourceGroups/g/providers/Microsoft.BatchAI/workspaces/w",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.BatchAI/workspaces/w/fileServers/f",
        "/subscriptions/s/resourceGroups/g/providers/Other/workspaces/w/clusters/c"}) {
    EXPECT_EQ(parse_cluster_id(wrong, "f").error().target, "f") << wrong;
  }
}

TEST_F(JobDraftTest, WrongParametersAreNamed) {
  const std::pair<const char*, const char*> rows[] = {
      {R"(,"nodeCount":0)", "properties.nodeCount"},
      {R"(,"nodeCount":"2")", "properties.nodeCount"},
      {R"(,"schedulingPriority":"urgent")", "properties.schedulingPriority"},
      {R"(,"cluster":{"id":"nc6"})", "properties.cluster.id"},
      {R"(,"cluster":{})", "properties.cluster.id"},
      {R"(,"stdOutErrPathPrefix":"")", "properties.stdOutErrPathPrefix"},
      {R"(,"customToolkitSettings":{"commandLine":""})",
       "properties.customToolkitSettings.commandLine"},
      {R"(,"customMpiSettings":{"commandLine":"x"})", "properties.customMpiSettings"},
      {R"(,"jobPreparation":{})", "properties.jobPreparation.commandLine"},
      {R"(,"inputDirectories":[{"id":"A"}])", "properties.inputDirectories[0].path"},
      {R"(,"outputDirectories":[{"pathPrefix":"x"}])", "properties.outputDirectories[0].id"},
      {R"(,"environmentVariables":[{"name":"A=B","value":"1"}])",
       "properties.environmentVariables[0].name"},
      {R"(,"environmentVariables":[{"name":"A"}])", "properties.environmentVariables[0].value"},
      {R"(,"environmentVariables":[{"name":"A","value":"1"}],"secrets":[{"name":"A","value":"2"}])",
       "properties.secrets[0].name"},
      {R"(,"secrets":[{"name":"A"}])", "properties.secrets[0].value"},
      {R"(,"containerSettings":{})", "properties.containerSettings.imageSourceRegistry"},
      {R"(,"containerSettings":{"imageSourceRegistry":{}})",
       "properties.containerSettings.imageSourceRegistry.image"},
      {R"(,"constraints":{"maxWallClockTime":"7.00:00:00"})",
       "properties.constraints.maxWallClockTime"},
      {R"(,"constraints":{"maxWallClockTime":"P8D"})", "properties.constraints.maxWallClockTime"},
      {R"(,"constraints":{"maxWallClockTime":"PT0S"})", "properties.constraints.maxWallClockTime"},
  };
  for (const auto& [more, path] : rows) {
    const auto refused = draft(job_body(more));
    ASSERT_TRUE(refused.has_error()) << more;
    EXPECT_EQ(refused.error().target, path) << more;
    EXPECT_NE(refused.error().message.find(path), std::string::npos) << refused.error().message;
  }
  EXPECT_EQ(parse("{}").error().target, "properties.cluster");
}

TEST_F(JobDraftTest, VariablesThatMakeEachOtherLongerThanAProcessCanTakeAreRefused) {
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "$A";
  const std::string list = R"(,"environmentVariables":[{"name":"A","value":"0123456789"},)"
                           R"({"name":"B","value":")" +
                           many + "\"}]";
  const auto refused = draft(job_body(list));
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().target, "properties.environmentVariables");
  EXPECT_NE(refused.error().message.find("'B'"), std::string::npos) << refused.error().message;
}

TEST_F(JobDraftTest, SecretsOfAKeyVaultAreNotBuilt) {
  const auto refused = draft(job_body(
      R"(,"secrets":[{"name":"A","valueSecretReference":{"sourceVault":{"id":"v"},"secretUrl":"u"}}])"));
  EXPECT_EQ(refused.error().code, base::ErrorCode::NotImplemented);
  EXPECT_NE(refused.error().message.find("properties.secrets[0].valueSecretReference"),
            std::string::npos);
}

}  // namespace
}  // namespace homeport::api::batchai
