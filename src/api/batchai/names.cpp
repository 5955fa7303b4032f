#include "api/batchai/names.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace homeport::api::batchai {
namespace {

/// Codes of the core's errors that have a name of their own here.
constexpr std::pair<const char*, const char*> kErrorCodes[] = {
    {"ComputeTargetNotFound", "ClusterNotFound"},
    {"RunNotFound", "JobNotFound"},
    {"RunExists", "JobAlreadyExists"},
    {"RunDeleting", "JobDeleting"},
    {"ClusterExists", "ClusterAlreadyExists"},
};

/// How a job that failed is explained, by the core's code. An empty message: the core's own.
struct JobFailure {
  const char* code;
  const char* name;
  const char* message;
};
constexpr JobFailure kJobFailures[] = {
    {"UserError", "JobFailed", "Job failed with non-zero exit code"},
    {"PreparationFailed", "JobPreparationFailed",
     "Job preparation task failed with non-zero exit code"},
    {"MaxDurationExceeded", "JobMaxWallClockTimeExceeded",
     "The specified job has been terminated because it reached its maxWallClockTime"},
    {"ClusterDeleted", "JobClusterDeleted", "The cluster of the specified job has been deleted"},
    {"ClusterResized", "JobTerminatedByResize",
     "The specified job has been terminated because its cluster was made smaller"},
    {"NodeLost", "JobNodeLost", ""},
    {"SystemError", "JobSystemError", ""},
};

/// Which of the service's two mounts the core's sentence is about (service/volumes.hpp).
Failure mount_failure(const std::string& message) {
  const size_t container = message.find("container '");
  const size_t share = message.find("share '");
  if (container < share) {
    return {"BFSMountError", "unable to mount blob fuse file system", message};
  }
  if (share < container) return {"AZFMountError", "Unable to mount Azure File", message};
  return {"MountError", "Unable to mount a file system", message};
}

}  // namespace

const char* execution_state(domain::RunState state) {
  switch (state) {
    case domain::RunState::NotStarted:
    case domain::RunState::Queued:
      return "queued";
    case domain::RunState::Starting:
    case domain::RunState::Preparing:
    case domain::RunState::Running:
    case domain::RunState::NotResponding:
    case domain::RunState::Finalizing:
      return "running";
    case domain::RunState::CancelRequested:
      return "terminating";
    case domain::RunState::Completed:
      return "succeeded";
    case domain::RunState::Failed:
    case domain::RunState::Canceled:
      return "failed";
  }
  return "failed";
}

const char* allocation_state(domain::AllocationState state) {
  return state == domain::AllocationState::Steady ? "steady" : "resizing";
}

const char* operation_status(domain::OperationState state) {
  switch (state) {
    case domain::OperationState::InProgress:
      return "InProgress";
    case domain::OperationState::Succeeded:
      return "Succeeded";
    case domain::OperationState::Failed:
      return "Failed";
  }
  return "Failed";
}

const char* vm_priority(domain::VmPriority priority) {
  return priority == domain::VmPriority::LowPriority ? "lowpriority" : "dedicated";
}

domain::VmPriority parse_vm_priority(const std::string& text) {
  return text == "lowpriority" ? domain::VmPriority::LowPriority : domain::VmPriority::Dedicated;
}

const char* deallocation_option(domain::Deallocation deallocation) {
  switch (deallocation) {
    case domain::Deallocation::Requeue:
      return "requeue";
    case domain::Deallocation::Terminate:
      return "terminate";
    case domain::Deallocation::WaitForRuns:
      return "waitforjobcompletion";
  }
  return "requeue";
}

domain::Deallocation parse_deallocation_option(const std::string& text) {
  if (text == "terminate") return domain::Deallocation::Terminate;
  if (text == "waitforjobcompletion") return domain::Deallocation::WaitForRuns;
  return domain::Deallocation::Requeue;
}

int priority_number(const std::string& scheduling_priority) {
  if (scheduling_priority == "high") return 1;
  return scheduling_priority == "low" ? -1 : 0;
}

Failure failure_of(const domain::Run& job) {
  if (!job.error) {
    return {"JobTerminated", "The specified job has been terminated by the user", ""};
  }
  if (job.error->code == "MountFailed") return mount_failure(job.error->message);
  for (const JobFailure& failure : kJobFailures) {
    if (job.error->code != failure.code) continue;
    const std::string own = failure.message;
    return {failure.name, own.empty() ? job.error->message : own, ""};
  }
  return {job.error->code, job.error->message, ""};
}

std::optional<int> exit_code_of(const domain::Run& job) {
  if (job.error && job.error->code == "MountFailed") return -1;
  return job.exit_code;
}

Failure cluster_failure(const std::string& code, const std::string& message) {
  if (code == "MountFailed") return mount_failure(message);
  if (code == "SetupFailed") {
    return {"NodeSetupTaskFailed", "The setup task failed on a node", message};
  }
  return {"NodePreparationFailed", "A node could not be prepared", message};
}

base::Error workspace_not_found(const std::string& name) {
  return base::not_found("WorkspaceNotFound",
                         fmt::format("The specified workspace {} is not found", name));
}

base::Error experiment_not_found(const std::string& name) {
  return base::not_found("ExperimentNotFound",
                         fmt::format("The specified experiment {} is not found", name));
}

base::Error cluster_not_found(const std::string& name) {
  return base::not_found("ClusterNotFound",
                         fmt::format("The specified cluster {} is not found", name));
}

base::Error job_not_found(const std::string& name) {
  return base::not_found("JobNotFound", fmt::format("The specified job {} is not found", name));
}

base::Error translated(base::Error error) {
  for (const auto& [core, ours] : kErrorCodes) {
    if (error.reason == core) error.reason = ours;
  }
  return error;
}

std::string to_wire_time(base::TimePoint time) {
  // "2019-10-25T06:49:05.486123Z" without its last three digits.
  std::string text = base::to_iso8601(time);
  text.resize(text.size() - 4);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text + "Z";
}

}  // namespace homeport::api::batchai
