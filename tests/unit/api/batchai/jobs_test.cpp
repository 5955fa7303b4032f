#include <gtest/gtest.h>

#include "api/batchai/names.hpp"
#include "batchai_fixture.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

using JobsTest = BatchAiTest;

TEST_F(JobsTest, AJobIsQueuedAtOnceAndShownAsTheServiceDid) {
  const Answer made = put_job("Job-1", R"(,"executionState":"succeeded","secrets":[{"name":"S",
    "value":"geheim"}],"environmentVariables":[{"name":"A","value":"1"}])");
  ASSERT_EQ(made.status(), 200) << made.message();
  EXPECT_EQ(made.body.at("name").as_string(), "Job-1");
  EXPECT_EQ(made.body.at("type").as_string(), "Microsoft.BatchAI/workspaces/experiments/jobs");
  EXPECT_TRUE(
      made.body.at("id").as_string().ends_with("/workspaces/work/experiments/exp/jobs/Job-1"));
  json::object properties = made.properties();
  const std::string segment(properties.at("jobOutputDirectoryPathSegment").as_string());
  EXPECT_TRUE(segment.starts_with("sub/group/workspaces/work/experiments/exp/jobs/Job-1/"));
  EXPECT_FALSE(properties.contains("executionInfo"));
  for (const char* made_up : {"jobOutputDirectoryPathSegment", "creationTime",
                              "provisioningStateTransitionTime", "executionStateTransitionTime"}) {
    EXPECT_TRUE(properties.contains(made_up)) << made_up;
    properties.erase(made_up);
  }
  EXPECT_EQ(properties, json::parse(R"({"experimentName":"exp","schedulingPriority":"normal",
    "cluster":{"id":")" + cluster_id("nc6") +
                                    R"("},"nodeCount":1,
    "mountVolumes":{"azureFileShares":[{"accountName":"acct",
      "azureFileUrl":"https://acct.file.core.windows.net/sh","credentials":{},
      "relativeMountPath":"afs","fileMode":"0777","directoryMode":"0777"}]},
    "customToolkitSettings":{"commandLine":"echo hi"},"toolType":"custom",
    "stdOutErrPathPrefix":"$AZ_BATCHAI_JOB_MOUNT_ROOT/afs",
    "environmentVariables":[{"name":"A","value":"1"}],"secrets":[{"name":"S"}],
    "constraints":{"maxWallClockTime":"P7D"},"provisioningState":"succeeded",
    "executionState":"queued"})"));
  EXPECT_EQ(request("GET", job_path("job-1")).body, made.body) << "names are found in any case";
}

TEST_F(JobsTest, TheSamePutIsTheSameJobAndAnotherOneIsRefused) {
  const Answer made = put_job("job1", R"(,"secrets":[{"name":"S","value":"geheim"}])");
  const std::string again = job_body(R"(,"secrets":[{"name":"S","value":"geheim"}])");
  EXPECT_EQ(request("PUT", job_path("job1"), again).body, made.body);
  EXPECT_EQ(control.submitted.size(), 1U);
  for (const char* more : {"", R"(,"nodeCount":2)", R"(,"secrets":[{"name":"S","value":"x"}])"}) {
    const Answer refused = request("PUT", job_path("job1"), job_body(more));
    EXPECT_EQ(refused.status(), 409) << more;
    EXPECT_EQ(refused.code(), "JobAlreadyExists") << more;
  }
  EXPECT_EQ(request("GET", job_path("job1")).body, made.body);
}

TEST_F(JobsTest, AJobThatWasSubmittedStaysItWhenItsClusterGoes) {
  const Answer made = put_job("job1");
  request("DELETE", "workspaces/work/clusters/nc6");
  EXPECT_EQ(request("PUT", job_path("job1"), job_body()).body, made.body);
  const Answer refused = request("PUT", job_path("job2"), job_body());
  EXPECT_EQ(refused.status(), 409);
  EXPECT_EQ(refused.code(), "ClusterDeleting");
}

TEST_F(JobsTest, TheClusterMayBelongToAnotherWorkspace) {
  request("PUT", "workspaces/other", R"({"location":"eastus"})");
  request("PUT", "workspaces/other/experiments/exp");
  put_cluster("nc6");
  const Answer made = request("PUT", "workspaces/other/experiments/exp/jobs/job1", job_body());
  EXPECT_EQ(made.status(), 200) << made.message();
  EXPECT_EQ(made.properties().at("cluster").at("id").as_string(), cluster_id("nc6"));
}

TEST_F(JobsTest, JobsOfTwoExperimentsAreApart) {
  put_job("job1");
  request("PUT", "workspaces/work/experiments/two");
  EXPECT_EQ(request("GET", "workspaces/work/experiments/two/jobs/job1").status(), 404);
  const Answer other =
      request("PUT", "workspaces/work/experiments/two/jobs/job1", job_body(R"(,"nodeCount":2)"));
  EXPECT_EQ(other.status(), 200) << other.message();
  EXPECT_EQ(request("GET", job_path("job1")).properties().at("nodeCount").as_int64(), 1);
  EXPECT_EQ(
      request("GET", "workspaces/work/experiments/two/jobs").body.at("value").as_array().size(),
      1U);
}

TEST_F(JobsTest, WhatIsMissingIsNamed) {
  put_cluster("nc6");
  const auto code = [&](const std::string& path, const std::string& body) {
    return request("PUT", path, body).code();
  };
  EXPECT_EQ(code(job_path("job1"), job_body()), "ExperimentNotFound");
  request("PUT", "workspaces/work/experiments/exp");
  EXPECT_EQ(code(job_path("job1"), job_body("", "none")), "ClusterNotFound");
  EXPECT_EQ(code("workspaces/none/experiments/exp/jobs/job1", job_body()), "WorkspaceNotFound");
  const Answer missing = request("GET", job_path("job1"));
  EXPECT_EQ(missing.status(), 404);
  EXPECT_EQ(missing.code() + ": " + missing.message(),
            "JobNotFound: The specified job job1 is not found");
  for (const char* action : {"terminate", "listOutputFiles", "listRemoteLoginInformation"}) {
    EXPECT_EQ(request("POST", job_path("job1") + "/" + action).code(), "JobNotFound") << action;
  }
  EXPECT_EQ(request("DELETE", job_path("job1")).status(), 204);
}

TEST_F(JobsTest, ALargeJobWaitsForAManualClusterToGrow) {
  EXPECT_EQ(put_job("job1", R"(,"nodeCount":4)").status(), 200);
  for (const char* count : {"17", "2147483647"}) {
    const Answer refused = put_job("job2", std::string(R"(,"nodeCount":)") + count);
    EXPECT_EQ(refused.status(), 400) << "more than this machine can have, " << count;
    EXPECT_EQ(refused.target(), "properties.nodeCount");
  }
}

TEST_F(JobsTest, ALargeJobIsRefusedByAnAutomaticClusterThatCannotGrow) {
  request("PUT", "workspaces/work/clusters/auto", R"({"properties":{"vmSize":"STANDARD_NC6",
    "scaleSettings":{"autoScale":{"minimumNodeCount":0,"maximumNodeCount":2}},
    "userAccountSettings":{"adminUserName":"a"}}})");
  request("PUT", "workspaces/work/experiments/exp");
  const Answer refused = request("PUT", job_path("job1"), job_body(R"(,"nodeCount":3)", "auto"));
  EXPECT_EQ(refused.status(), 400);
  EXPECT_EQ(refused.target(), "properties.nodeCount");
}

TEST_F(JobsTest, MoreProcessesThanMakeSenseAreRefusedByTheNameOfTheirField) {
  put_cluster("nc6");
  request("PUT", "workspaces/work/experiments/exp");
  const auto body = [](const std::string& settings) {
    return R"({"properties":{"cluster":{"id":")" + cluster_id("nc6") +
           R"("},"nodeCount":1,"stdOutErrPathPrefix":"/x",)" + settings + "}}";
  };
  const Answer ranks = request("PUT", job_path("ranks"), body(R"("pyTorchSettings":{
    "pythonScriptFilePath":"a.py","processCount":2000000000})"));
  EXPECT_EQ(ranks.status(), 400);
  EXPECT_EQ(ranks.target(), "properties.pyTorchSettings.processCount");
  EXPECT_NE(ranks.message().find("128"), std::string::npos) << ranks.message();
  request("PUT", "workspaces/work/clusters/cpu", R"({"properties":{"vmSize":"STANDARD_D2_V2",
    "scaleSettings":{"manual":{"targetNodeCount":2}},
    "userAccountSettings":{"adminUserName":"a"}}})");
  std::string workers = body(R"("tensorFlowSettings":{"pythonScriptFilePath":"a.py",
    "workerCount":2000000000,"parameterServerCount":1})");
  workers.replace(workers.find("/nc6"), 4, "/cpu");
  EXPECT_EQ(request("PUT", job_path("workers"), workers).target(),
            "properties.tensorFlowSettings.workerCount");
  EXPECT_EQ(request("GET", job_path("workers")).status(), 404);
}

TEST_F(JobsTest, BadInputMakesNoJob) {
  put_job("job1");
  const std::pair<const char*, const char*> rows[] = {
      {"job.2", "jobName"},
      {"job 2", "jobName"},
      {"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg", "jobName"}};
  for (const auto& [name, target] : rows) {
    const Answer refused = request("PUT", job_path(name), job_body());
    EXPECT_EQ(refused.status(), 400) << name;
    EXPECT_EQ(refused.target(), target) << name;
  }
  EXPECT_EQ(request("PUT", job_path("job2"), "[1]").status(), 400);
  EXPECT_EQ(request("PUT", job_path("job2"), job_body(R"(,"nodeCount":"x")")).target(),
            "properties.nodeCount");
  EXPECT_EQ(
      request("GET", "workspaces/work/experiments/exp/jobs").body.at("value").as_array().size(),
      1U);
}

TEST_F(JobsTest, ListsArePagedInTheOrderOfSubmission) {
  for (const char* name : {"c", "a", "b"}) {
    put_job(name);
    clock.advance(std::chrono::seconds(1));
  }
  std::string names;
  std::string url = "workspaces/work/experiments/exp/jobs?maxresults=2";
  Answer page = request("GET", url);
  while (true) {
    for (const json::value& job : page.body.at("value").as_array()) {
      names += std::string(job.at("name").as_string());
    }
    const json::value* next = page.body.as_object().if_contains("nextLink");
    if (next == nullptr) break;
    page = request_at("GET", std::string(next->as_string()).substr(11), "", {}, security::Owner{});
  }
  EXPECT_EQ(names, "cab");
  EXPECT_EQ(request("GET", "workspaces/work/experiments/exp/jobs?$skiptoken=bm9uZQ").status(), 400);
}

TEST_F(JobsTest, OnlyJobsAreJobs) {
  put_cluster("nc6");
  request("PUT", "workspaces/work/experiments/exp");
  ASSERT_TRUE(
      service::submit_run(context, workspace, run_draft("exp_1"), std::nullopt).has_value());
  EXPECT_TRUE(
      request("GET", "workspaces/work/experiments/exp/jobs").body.at("value").as_array().empty());
  EXPECT_EQ(request("GET", job_path("exp_1")).status(), 404);
}

TEST_F(JobsTest, AQueuedJobIsTerminatedAndStaysListed) {
  put_job("job1");
  const Answer ended = request("POST", job_path("job1") + "/terminate");
  EXPECT_TRUE(ended.status() == 202 || ended.status() == 200) << ended.status();
  const Answer job = request("GET", job_path("job1"));
  EXPECT_EQ(job.text("executionState"), "failed");
  const json::value& info = job.properties().at("executionInfo");
  EXPECT_EQ(info.at("errors").at(0).at("code").as_string(), "JobTerminated");
  EXPECT_FALSE(info.as_object().contains("exitCode"));
  const Answer again = request("POST", job_path("job1") + "/terminate");
  EXPECT_EQ(again.status(), 200);
  EXPECT_TRUE(std::get<std::string>(again.response.body).empty());
}

TEST_F(JobsTest, ADeletionIsFollowedByItsOperation) {
  put_job("job1");
  const Answer deleted = request("DELETE", job_path("job1"));
  ASSERT_EQ(deleted.status(), 202);
  const Answer poll = request_at("GET", deleted.header("Azure-AsyncOperation").substr(11), "", {},
                                 security::Owner{});
  EXPECT_EQ(poll.body.at("properties").at("resourceId").as_string(), "sub$group$work$exp$job1");
}

TEST_F(JobsTest, WhatStandsInForItsImageIsAWarning) {
  put_job("job1", R"(,"containerSettings":{"imageSourceRegistry":{"image":"ubuntu",
    "credentials":{"username":"u","password":"geheim"}},"shmSize":"16gb"})");
  ASSERT_EQ(stored_job("job1").warnings.size(), 1U);
  EXPECT_EQ(stored_job("job1").warnings[0].message, "no image ubuntu");
  EXPECT_EQ(json::serialize(request("GET", job_path("job1")).properties().at("containerSettings")),
            R"({"imageSourceRegistry":{"image":"ubuntu","credentials":{"username":"u"}},)"
            R"("shmSize":"16gb"})");
}

TEST_F(JobsTest, ARunsTokenReadsJobsOnly) {
  put_job("job1");
  const security::RunIdentity run{workspace.id.text(), "r", "e"};
  EXPECT_EQ(request("GET", job_path("job1"), "", {}, run).status(), 200);
  EXPECT_EQ(request("PUT", job_path("job2"), job_body(), {}, run).status(), 403);
  EXPECT_EQ(request("POST", job_path("job1") + "/terminate", "", {}, run).status(), 403);
}

}  // namespace
}  // namespace homeport::api::batchai
