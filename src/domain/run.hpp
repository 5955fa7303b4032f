#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "domain/ids.hpp"
#include "domain/run_spec.hpp"
#include "domain/run_state.hpp"
#include "domain/workspace.hpp"

namespace homeport::domain {

struct RunError {
  std::string code;     ///< "UserError", "SystemError", "NodeLost", "PreparationFailed",
                        ///< "MountFailed", "MaxDurationExceeded", "ClusterDeleted",
                        ///< "ClusterResized" ...
  std::string message;  ///< for people; ends with the last lines of the log where user code failed
  bool operator==(const RunError&) const = default;
};

struct RunWarning {
  std::string source;
  std::string message;
  bool operator==(const RunWarning&) const = default;
};

/// A run: submitted to a cluster (spec is set) or driven by its own client (spec is empty).
struct Run {
  RunId id;
  std::string name;  ///< that its client knows it by: unique in the experiment, without regard to
                     ///< case; empty: by its id only
  WorkspaceId workspace_id;
  ExperimentId experiment_id;
  std::string experiment_name;
  int64_t number = 0;  ///< counts up in its experiment
  std::string uuid;
  RunState state = RunState::NotStarted;
  RunId parent_id;  ///< empty for a root
  RunId root_id;
  std::string display_name;
  std::string description;
  std::string run_type;  ///< "azureml.scriptrun"
  std::string script_name;
  std::string target;
  bool hidden = false;
  Tags tags;
  std::map<std::string, std::string> properties;  ///< add-only
  base::TimePoint created_at{};
  std::optional<base::TimePoint> started_at;
  std::optional<base::TimePoint> ended_at;
  std::optional<int> exit_code;  ///< of the process that decided its end; none: none did
  std::optional<RunError> error;
  std::vector<RunWarning> warnings;
  std::optional<RunSpec> spec;
  std::string definition;    ///< the client's own definition, verbatim in its dialect; shown back
  int attempts = 0;          ///< made so far
  uint64_t queue_order = 0;  ///< FIFO within a priority; set by the ledger at submit
  uint64_t revision = 0;     ///< counts every change of the row
  OperationId deletion;      ///< that removes it; empty: none does

  bool operator==(const Run&) const = default;
};

}  // namespace homeport::domain
