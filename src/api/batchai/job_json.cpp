#include "api/batchai/job_json.hpp"

#include <boost/json.hpp>

#include "api/batchai/directories.hpp"
#include "api/batchai/names.hpp"
#include "api/batchai/resource.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

bool failed(const domain::Run& job) {
  return job.state == domain::RunState::Failed || job.state == domain::RunState::Canceled;
}

json::object error_json(const domain::Run& job) {
  const Failure failure = failure_of(job);
  json::object error{{"code", failure.code}, {"message", failure.message}};
  if (!failure.info.empty()) {
    error["details"] = json::array{json::object{{"name", "Info"}, {"value", failure.info}}};
  }
  return error;
}

bool waits(const domain::Run& job) {
  return job.state == domain::RunState::Queued || job.state == domain::RunState::NotStarted;
}

/// A job runs from the moment when it has its nodes: its preparation is a part of it. Clients want
/// a start wherever there is an end, also of a job that never began.
std::optional<base::TimePoint> start_of(const domain::Run& job,
                                        std::optional<base::TimePoint> claimed_at) {
  if (waits(job)) return std::nullopt;
  if (claimed_at) return claimed_at;
  return job.started_at ? job.started_at : job.ended_at;
}

json::object execution_info(const domain::Run& job, base::TimePoint start) {
  json::object info{{"startTime", to_wire_time(start)}};
  if (!job.ended_at) return info;
  info["endTime"] = to_wire_time(*job.ended_at);
  if (const auto code = exit_code_of(job)) info["exitCode"] = *code;
  if (failed(job)) info["errors"] = json::array{error_json(job)};
  return info;
}

}  // namespace

json::object job_json(const domain::Workspace& workspace, const domain::Run& job,
                      std::optional<base::TimePoint> claimed_at) {
  const std::string& name = job.name.empty() ? job.id.text() : job.name;
  json::object properties{{"experimentName", job.experiment_name}};
  const json::object definition = definition_of(job);
  if (const json::value* given = definition.if_contains("properties")) {
    for (const auto& [key, value] : given->as_object()) properties[key] = value;
  }
  properties["jobOutputDirectoryPathSegment"] = segment_of(job);
  if (const json::value* tool = definition.if_contains("toolType")) properties["toolType"] = *tool;
  properties["creationTime"] = to_wire_time(job.created_at);
  properties["provisioningState"] = job.deletion.empty() ? kSucceeded : kDeleting;
  properties["provisioningStateTransitionTime"] = to_wire_time(job.created_at);
  properties["executionState"] = execution_state(job.state);
  const auto start = start_of(job, claimed_at);
  properties["executionStateTransitionTime"] =
      to_wire_time(job.ended_at ? *job.ended_at : start.value_or(job.created_at));
  if (start) properties["executionInfo"] = execution_info(job, *start);
  return {{"id", job_id(workspace.key, job.experiment_name, name)},
          {"name", name},
          {"type", "Microsoft.BatchAI/workspaces/experiments/jobs"},
          {"properties", std::move(properties)}};
}

}  // namespace homeport::api::batchai
