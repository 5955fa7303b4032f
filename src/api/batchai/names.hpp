#pragma once

#include <string>

#include "base/clock.hpp"
#include "domain/cluster.hpp"
#include "domain/operation.hpp"
#include "domain/run.hpp"

/// The one table of Batch AI's names: its provider and version, states as its clients read them,
/// codes and sentences of its errors, files of a job. The core knows none of them.
namespace homeport::api::batchai {

inline constexpr const char* kProvider = "Microsoft.BatchAI";
inline constexpr const char* kApiVersion = "2018-05-01";
/// RunSpec::dialect of a job, and Run::run_type.
inline constexpr const char* kDialect = "batchai";
inline constexpr const char* kRunType = "batchai.job";
/// The property of a job's run that keeps its jobOutputDirectoryPathSegment.
inline constexpr const char* kSegmentProperty = "batchai.jobOutputDirectoryPathSegment";

// States.
const char* execution_state(domain::RunState state);  ///< "queued", "running" …
const char* allocation_state(domain::AllocationState state);
const char* operation_status(domain::OperationState state);
inline constexpr const char* kSucceeded = "succeeded";
inline constexpr const char* kDeleting = "deleting";

// Enumerations that the core knows as well.
const char* vm_priority(domain::VmPriority priority);
domain::VmPriority parse_vm_priority(const std::string& text);
const char* deallocation_option(domain::Deallocation deallocation);
domain::Deallocation parse_deallocation_option(const std::string& text);
int priority_number(const std::string& scheduling_priority);  ///< higher first

/// A BatchAIError.
struct Failure {
  std::string code;
  std::string message;
  std::string info;  ///< shown as a detail of the name Info; empty: none
};
/// Why a job that did not succeed ended: one of the shapes that the service gave.
Failure failure_of(const domain::Run& job);
/// What a job's exit code is shown as; nullopt: it has none.
std::optional<int> exit_code_of(const domain::Run& job);
/// Why a cluster lacks nodes, from the core's code and sentence.
Failure cluster_failure(const std::string& code, const std::string& message);

// What is not there, by kind.
base::Error workspace_not_found(const std::string& name);
base::Error experiment_not_found(const std::string& name);
base::Error cluster_not_found(const std::string& name);
base::Error job_not_found(const std::string& name);

/// The core's error in this service's words: codes of its own, the rest as it is.
base::Error translated(base::Error error);

// Folders of a job's files.
inline constexpr const char* kStdOutErr = "stdouterr";
inline constexpr const char* kOutputs = "outputs";

/// "2019-10-25T06:49:05.486Z": to the millisecond, without zeros at the end.
std::string to_wire_time(base::TimePoint time);

}  // namespace homeport::api::batchai
