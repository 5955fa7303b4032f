#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "domain/ids.hpp"
#include "domain/workspace.hpp"

namespace homeport::domain {

struct Experiment {
  ExperimentId id;
  WorkspaceId workspace_id;
  std::string name;
  std::string description;
  base::TimePoint created_at{};
  std::optional<base::TimePoint> archived_at;
  Tags tags;
  OperationId deletion;  ///< that removes it; empty: none does

  bool operator==(const Experiment&) const = default;
};

}  // namespace homeport::domain
