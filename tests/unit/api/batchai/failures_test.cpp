#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/batchai/job_json.hpp"
#include "api/batchai/names.hpp"
#include "builders.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;
using domain::RunState;
using testing::moment;

domain::Run a_job(RunState state) {
  domain::Run job;
  job.id = domain::RunId("job1");
  job.name = "job1";
  job.experiment_name = "exp";
  job.run_type = kRunType;
  job.state = state;
  job.created_at = moment(0);
  job.spec.emplace();
  return job;
}

json::object properties(const domain::Run& job,
                        std::optional<base::TimePoint> claimed_at = std::nullopt) {
  return job_json(testing::a_workspace(), job, claimed_at).at("properties").as_object();
}

TEST(ExecutionState, EveryStateOfTheCoreHasOne) {
  const std::pair<RunState, const char*> rows[] = {
      {RunState::NotStarted, "queued"},   {RunState::Queued, "queued"},
      {RunState::Starting, "running"},    {RunState::Preparing, "running"},
      {RunState::Running, "running"},     {RunState::NotResponding, "running"},
      {RunState::Finalizing, "running"},  {RunState::CancelRequested, "terminating"},
      {RunState::Completed, "succeeded"}, {RunState::Failed, "failed"},
      {RunState::Canceled, "failed"}};
  for (const auto& [state, name] : rows) {
    EXPECT_EQ(properties(a_job(state)).at("executionState").as_string(), name);
  }
}

TEST(ExecutionInfo, IsThereFromTheStartOn) {
  EXPECT_FALSE(properties(a_job(RunState::Queued)).contains("executionInfo"));
  domain::Run job = a_job(RunState::Running);
  job.started_at = moment(1) + std::chrono::milliseconds(40);
  EXPECT_EQ(json::serialize(properties(job).at("executionInfo")),
            R"({"startTime":"2019-06-01T10:20:31.04Z"})");
}

TEST(ExecutionInfo, ThePreparationIsAPartOfTheRun) {
  const json::object preparing = properties(a_job(RunState::Preparing), moment(3));
  EXPECT_EQ(preparing.at("executionInfo").at("startTime").as_string(), "2019-06-01T10:20:33Z");
  EXPECT_EQ(preparing.at("executionStateTransitionTime").as_string(), "2019-06-01T10:20:33Z");
  domain::Run running = a_job(RunState::Running);
  running.started_at = moment(9);
  EXPECT_EQ(properties(running, moment(3)).at("executionInfo").at("startTime").as_string(),
            "2019-06-01T10:20:33Z");
}

TEST(ExecutionInfo, AJobThatWaitsAgainHasNone) {
  domain::Run job = a_job(RunState::Queued);
  job.started_at = moment(1);
  EXPECT_FALSE(properties(job, moment(1)).contains("executionInfo"));
}

TEST(ExecutionInfo, HasTheServicesShapeForEachKindOfEnd) {
  struct Row {
    RunState state;
    const char* error;  ///< the core's code
    const char* message;
    std::optional<int> exit_code;
    const char* rest;  ///< of executionInfo, after startTime and endTime
  };
  const Row rows[] = {
      {RunState::Completed, "", "", 0, R"("exitCode":0})"},
      {RunState::Failed, "UserError", "main 0 exited with 3\nlast line", 3,
       R"("exitCode":3,"errors":[{"code":"JobFailed","message":"Job failed with non-zero exit code"}]})"},
      {RunState::Failed, "PreparationFailed", "x", 7,
       R"("exitCode":7,"errors":[{"code":"JobPreparationFailed","message":"Job preparation task failed with non-zero exit code"}]})"},
      {RunState::Canceled, "", "", std::nullopt,
       R"("errors":[{"code":"JobTerminated","message":"The specified job has been terminated by the user"}]})"},
      {RunState::Failed, "MountFailed", "share 'sh' is not there", std::nullopt,
       R"("exitCode":-1,"errors":[{"code":"AZFMountError","message":"Unable to mount Azure File","details":[{"name":"Info","value":"share 'sh' is not there"}]}]})"},
      {RunState::Failed, "MountFailed", "container 'co' is not there", std::nullopt,
       R"("exitCode":-1,"errors":[{"code":"BFSMountError","message":"unable to mount blob fuse file system","details":[{"name":"Info","value":"container 'co' is not there"}]}]})"},
      {RunState::Failed, "NodeLost", "node nc6-0 went", std::nullopt,
       R"("errors":[{"code":"JobNodeLost","message":"node nc6-0 went"}]})"},
      {RunState::Canceled, "ClusterDeleted", "x", std::nullopt,
       R"("errors":[{"code":"JobClusterDeleted","message":"The cluster of the specified job has been deleted"}]})"},
  };
  for (const Row& row : rows) {
    domain::Run job = a_job(row.state);
    job.started_at = moment(1);
    job.ended_at = moment(2);
    job.exit_code = row.exit_code;
    if (*row.error != '\0') job.error = {row.error, row.message};
    EXPECT_EQ(
        json::serialize(properties(job).at("executionInfo")),
        std::string(R"({"startTime":"2019-06-01T10:20:31Z","endTime":"2019-06-01T10:20:32Z",)") +
            row.rest);
  }
}

TEST(ExecutionInfo, AJobThatNeverBeganHasAStartAllTheSame) {
  domain::Run job = a_job(RunState::Canceled);
  job.ended_at = moment(5);
  const json::object info = properties(job).at("executionInfo").as_object();
  EXPECT_EQ(info.at("startTime"), info.at("endTime"));
  EXPECT_EQ(info.at("errors").at(0).at("code").as_string(), "JobTerminated");
}

TEST(WireTime, HasMillisecondsWithoutZerosAtTheEnd) {
  const std::pair<int, const char*> rows[] = {{486'123, "2019-06-01T10:20:30.486Z"},
                                              {40'000, "2019-06-01T10:20:30.04Z"},
                                              {280'000, "2019-06-01T10:20:30.28Z"},
                                              {0, "2019-06-01T10:20:30Z"}};
  for (const auto& [microseconds, text] : rows) {
    EXPECT_EQ(to_wire_time(moment(0) + std::chrono::microseconds(microseconds)), text);
  }
}

}  // namespace
}  // namespace homeport::api::batchai
