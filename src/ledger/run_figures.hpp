#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/clock.hpp"
#include "domain/ids.hpp"
#include "domain/run_state.hpp"

namespace homeport::ledger {

/// Runs of all workspaces by state; a state that no run is in may be missing.
using RunCounts = std::map<domain::RunState, int64_t>;

/// The Queued runs of one workspace with one target.
struct RunQueue {
  domain::WorkspaceId workspace_id;
  std::string target;
  int64_t runs = 0;
  base::TimePoint oldest{};  ///< when the first of them was created

  bool operator==(const RunQueue&) const = default;
};

}  // namespace homeport::ledger
