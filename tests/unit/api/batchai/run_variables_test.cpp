#include "api/batchai/run_variables.hpp"

#include <gtest/gtest.h>

#include "api/batchai/job_draft.hpp"
#include "api/batchai/names.hpp"
#include "batchai_fixture.hpp"
#include "builders.hpp"
#include "planner/layout.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;
using Variables = std::map<std::string, std::string>;

class RunVariablesTest : public BatchAiTest {
 protected:
  /// A job of two nodes with this toolkit, claimed: its processes have ports from 20000 on.
  void claim(const std::string& toolkit, const std::string& more = "", int node_count = 2) {
    cluster = testing::a_cluster("nc6");
    const std::string body = R"({"properties":{"cluster":{"id":")" + cluster_id("nc6") +
                             R"("},"nodeCount":)" + std::to_string(node_count) +
                             R"(,"stdOutErrPathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs",)" +
                             toolkit + more + "}}";
    const auto parameters = parse_job(json::parse(body).as_object(), *keyring);
    ASSERT_TRUE(parameters.has_value()) << parameters.error().message;
    const auto draft = draft_job(context, workspace, "exp", "job1", parameters.value(), cluster);
    ASSERT_TRUE(draft.has_value()) << draft.error().message;
    run = {};
    run.id = domain::RunId("job1");
    run.workspace_id = workspace.id;
    run.definition = draft.value().definition;
    run.properties = draft.value().properties;
    run.spec = draft.value().spec;
    nodes.clear();
    for (int i = 0; i < node_count; ++i) nodes.push_back(testing::a_node(i));
    attempt = {};
    attempt.number = 1;
    attempt.processes = planner::lay_out(run.spec->layout, run.spec->logs, node_count);
    for (size_t i = 0; i < attempt.processes.size(); ++i) {
      attempt.processes[i].port = 20'000 + static_cast<int>(i);
    }
  }

  Variables of(size_t process) const {
    const domain::ProcessRecord& record = attempt.processes.at(process);
    return run_variables(context,
                         {workspace, run, attempt, cluster, nodes, record.node_index, &record});
  }
  Variables of_preparation(int node) const {
    return run_variables(context, {workspace, run, attempt, cluster, nodes, node, nullptr});
  }

  std::string run_path(const std::string& below) const {
    return (folder.path() / "runs" / workspace.id.text() / "job1" / below).string();
  }

  static constexpr const char* kShare =
      R"(,"mountVolumes":{"azureFileShares":[{"accountName":"acct",
        "azureFileUrl":"https://acct.file.core.windows.net/sh",
        "credentials":{"accountKey":"a2V5"},"relativeMountPath":"afs"}]})";

  domain::Cluster cluster;
  domain::Run run;
  domain::Attempt attempt;
  std::vector<domain::Node> nodes;
};

TEST_F(RunVariablesTest, EachProcessOfEachFrameworkKnowsItsPlace) {
  struct Row {
    const char* toolkit;
    size_t processes;
    Variables common;                 ///< what all of them find
    std::vector<std::string> places;  ///< of each: "type index node"
  };
  const std::string host_of_0 = "127.1.0.1";
  const std::string host_of_1 = "127.1.0.2";
  const Row rows[] = {
      {R"("tensorFlowSettings":{"pythonScriptFilePath":"x.py","workerCount":2,"parameterServerCount":1})",
       3,
       {{"AZ_BATCHAI_PS_HOSTS", host_of_0 + ":20000"},
        {"AZ_BATCHAI_WORKER_HOSTS", host_of_0 + ":20001," + host_of_1 + ":20002"}},
       {"ps 0 0", "worker 0 0", "worker 1 1"}},
      {R"("pyTorchSettings":{"pythonScriptFilePath":"x.py","processCount":3,"communicationBackend":"Gloo"})",
       3,
       {{"AZ_BATCHAI_PYTORCH_INIT_METHOD", "file://SHARED/rendezvous-1"},
        {"AZ_BATCHAI_PYTORCH_BACKEND", "gloo"},
        {"AZ_BATCH_MASTER_NODE", host_of_0 + ":20000"}},
       {"rank 0 0", "rank 1 1", "rank 2 0"}},
      {R"("caffe2Settings":{"pythonScriptFilePath":"x.py"})", 2, {}, {"rank 0 0", "rank 1 1"}},
      {R"("cntkSettings":{"pythonScriptFilePath":"x.py"})", 1, {}, {"main 0 0"}},
      {R"("caffeSettings":{"pythonScriptFilePath":"x.py"})", 1, {}, {"main 0 0"}},
      {R"("chainerSettings":{"pythonScriptFilePath":"x.py"})", 1, {}, {"main 0 0"}},
      {R"("horovodSettings":{"pythonScriptFilePath":"x.py"})", 1, {}, {"main 0 0"}},
      {R"("customMpiSettings":{"commandLine":"x"})", 1, {}, {"main 0 0"}},
      {R"("customToolkitSettings":{"commandLine":"x"})", 1, {}, {"main 0 0"}},
  };
  for (const Row& row : rows) {
    claim(row.toolkit);
    ASSERT_EQ(attempt.processes.size(), row.processes) << row.toolkit;
    for (size_t i = 0; i < row.processes; ++i) {
      Variables variables = of(i);
      for (const auto& [name, value] : row.common) {
        std::string expected = value;
        const size_t shared = expected.find("SHARED");
        if (shared != std::string::npos) expected.replace(shared, 6, run_path("shared"));
        EXPECT_EQ(variables[name], expected) << row.toolkit << " " << name;
      }
      EXPECT_EQ(variables["AZ_BATCHAI_TASK_TYPE"] + " " + variables["AZ_BATCHAI_TASK_INDEX"] + " " +
                    std::to_string(attempt.processes[i].node_index),
                row.places[i])
          << row.toolkit;
      EXPECT_EQ(variables["AZ_BATCH_HOST_LIST"], host_of_0 + "," + host_of_1) << row.toolkit;
      EXPECT_EQ(variables["AZ_BATCHAI_JOB_MASTER_NODE_IP"], host_of_0) << row.toolkit;
      EXPECT_EQ(variables["AZ_BATCHAI_MPI_MASTER_NODE"], host_of_0) << row.toolkit;
      EXPECT_EQ(variables["AZ_BATCH_NODE_ID"],
                nodes[static_cast<size_t>(attempt.processes[i].node_index)].id.text());
      EXPECT_EQ(variables["AZ_BATCHAI_NUM_GPUS"], "0") << "this machine has none";
      EXPECT_EQ(variables["AZ_BATCHAI_CLUSTER_NAME"], "nc6");
      EXPECT_EQ(variables.contains("AZ_BATCHAI_PS_HOSTS"),
                row.common.contains("AZ_BATCHAI_PS_HOSTS"))
          << row.toolkit;
    }
  }
}

TEST_F(RunVariablesTest, GpusAreThoseThatTheJobWasGiven) {
  claim(R"("customToolkitSettings":{"commandLine":"x"})");
  for (const domain::Node& node : nodes) attempt.nodes.push_back(node.id);
  attempt.gpus = {0, 1};
  EXPECT_EQ(of(0)["AZ_BATCHAI_NUM_GPUS"], "1") << "of two nodes each has one";
  EXPECT_EQ(of(0)["AZ_BATCHAI_NUM_GPUS_PER_NODE"], "1");
}

TEST_F(RunVariablesTest, PlacesAreThoseOfTheNode) {
  claim(R"("customToolkitSettings":{"commandLine":"x"})", kShare);
  Variables variables = of(0);
  const std::pair<const char*, std::string> rows[] = {
      {"AZ_BATCHAI_JOB_MOUNT_ROOT", run_path("mounts")},
      {"AZ_BATCHAI_MOUNT_ROOT",
       (folder.path() / "clusters" / cluster.id.text() / "mounts").string()},
      {"AZ_BATCHAI_JOB_TEMP", run_path("temp")},
      {"AZ_BATCHAI_JOB_TEMP_DIR", run_path("temp")},
      {"AZ_BATCHAI_SHARED_JOB_TEMP", run_path("shared")},
      {"AZ_BATCHAI_JOB_WORK_DIR", run_path("work")},
      {"AZ_BATCHAI_STDOUTERR_DIR",
       run_path("mounts/afs/") + run.properties.at(kSegmentProperty) + "/stdouterr"}};
  for (const auto& [name, value] : rows) EXPECT_EQ(variables[name], value) << name;
  EXPECT_TRUE(variables["AZ_BATCHAI_MPI_HOST_FILE"].starts_with(run_path("")));
}

TEST_F(RunVariablesTest, DirectoriesHaveAliasesWhosePathsAreExpandedAsAShellDoes) {
  claim(R"("customToolkitSettings":{"commandLine":"x"})",
        R"(,"environmentVariables":[{"name":"SUB","value":"deep"},
             {"name":"TWICE","value":"$AZ_BATCHAI_JOB_TEMP/$SUB"}],
           "inputDirectories":[
             {"id":"SCRIPT","path":"$AZ_BATCHAI_JOB_MOUNT_ROOT/bfs/${SUB}/s"},
             {"id":"TEMP","path":"$TWICE"},
             {"id":"EMPTY","path":"$AZ_BATCHAI_INPUT_DATASET/x"}],
           "outputDirectories":[
             {"id":"MODEL","pathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs","pathSuffix":"Models"},
             {"id":"PLAIN","pathPrefix":"$AZ_BATCHAI_MOUNT_ROOT/external"},
             {"id":"LOCAL","pathPrefix":"/tmp/x"}],
           "constraints":{})" +
            std::string(kShare));
  Variables variables = of(0);
  const std::string& segment = run.properties.at(kSegmentProperty);
  EXPECT_EQ(variables["AZ_BATCHAI_INPUT_SCRIPT"], run_path("mounts/bfs/deep/s"));
  EXPECT_EQ(variables["AZ_BATCHAI_INPUT_TEMP"], run_path("temp/deep"));
  EXPECT_EQ(variables["AZ_BATCHAI_INPUT_EMPTY"], "/x") << "what is not defined is empty";
  EXPECT_EQ(variables["AZ_BATCHAI_OUTPUT_MODEL"],
            run_path("mounts/afs/") + segment + "/outputs/Models");
  EXPECT_EQ(variables["AZ_BATCHAI_OUTPUT_PLAIN"], run_path("temp/outputs"))
      << "nothing is mounted there, and nothing can be made between mounts";
  EXPECT_EQ(variables["AZ_BATCHAI_OUTPUT_LOCAL"], "/tmp/x/" + segment + "/outputs");
}

TEST_F(RunVariablesTest, ThePreparationKnowsItsNodeAndTheOthers) {
  claim(R"("tensorFlowSettings":{"pythonScriptFilePath":"x.py"})",
        R"(,"jobPreparation":{"commandLine":"x"})");
  Variables variables = of_preparation(1);
  EXPECT_EQ(variables["AZ_BATCH_NODE_ID"], nodes[1].id.text());
  EXPECT_EQ(variables["AZ_BATCHAI_PS_HOSTS"], "127.1.0.1:20000");
  EXPECT_FALSE(variables.contains("AZ_BATCHAI_TASK_INDEX"));
}

TEST_F(RunVariablesTest, OneTensorflowProcessHasNoCluster) {
  claim(R"("tensorFlowSettings":{"pythonScriptFilePath":"x.py"})", "", 1);
  Variables variables = of(0);
  EXPECT_EQ(variables["AZ_BATCHAI_TASK_INDEX"], "0");
  EXPECT_FALSE(variables.contains("AZ_BATCHAI_WORKER_HOSTS"));
}

TEST_F(RunVariablesTest, ASetupTaskKnowsItsNode) {
  cluster = testing::a_cluster("nc6");
  const Variables variables = node_variables(context, cluster, testing::a_node(1));
  EXPECT_EQ(variables.at("AZ_BATCH_NODE_ID"), testing::a_node(1).id.text());
  EXPECT_TRUE(variables.at("AZ_BATCHAI_MOUNT_ROOT").ends_with("/mounts"));
}

}  // namespace
}  // namespace homeport::api::batchai
