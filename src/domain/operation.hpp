#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "domain/ids.hpp"

namespace homeport::domain {

enum class OperationState { InProgress, Succeeded, Failed };

/// A long-running change that a client polls: deleting a cluster, for one. It outlives what it
/// deletes.
struct Operation {
  OperationId id;
  WorkspaceId workspace_id;
  ClusterId cluster_id;        ///< what it works on; empty if not a cluster
  ExperimentId experiment_id;  ///< what it works on; empty if not an experiment
  RunId run_id;                ///< what it works on; empty if not a run
  std::string resource;        ///< what it works on, as its dialect names it to the client
  std::string kind;            ///< "create", "update", "delete", "terminate"
  OperationState state = OperationState::InProgress;
  base::TimePoint started_at{};
  std::optional<base::TimePoint> ended_at;
  std::string error_code;
  std::string error_message;

  bool operator==(const Operation&) const = default;
};

}  // namespace homeport::domain
