#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/run.hpp"
#include "engine/engine.hpp"
#include "ledger/ledger.hpp"
#include "service/control/board.hpp"

namespace homeport::service::control {

/// Steps of one run's life, and what is written with them. Everything else in its row is left as
/// the ledger has it: other threads change tags and the like.
struct RunChange {
  domain::RunState expected = domain::RunState::Queued;  ///< before the first event
  std::vector<domain::RunEvent> events;
  std::optional<base::TimePoint> started_at;
  std::optional<base::TimePoint> ended_at;
  std::optional<domain::RunError> error;
  std::optional<int> exit_code;
  std::vector<domain::RunWarning> warnings;  ///< added if they are not there
  std::optional<int> attempts;
};

struct ClusterChange {
  std::optional<domain::AllocationState> allocation;
  base::TimePoint allocation_since{};
  std::vector<std::string> warnings;  ///< added if they are not there
  std::optional<std::vector<domain::ClusterProblem>> problems;
  bool settled = false;
  bool remove = false;  ///< and its deletion has succeeded
};

/// All that one step of the loop writes, in one commit, and what it orders afterwards. Changes of
/// nodes are those of the board.
struct Changes {
  base::TimePoint wall{};
  std::map<planner::RunKey, RunChange> runs;
  std::map<planner::RunKey, domain::Attempt> attempts;  ///< updates; written before new ones
  std::vector<domain::Attempt> new_attempts;
  std::map<domain::ClusterId, ClusterChange> clusters;
  std::vector<std::function<void(engine::Engine&)>> orders;

  /// Whether runs or clusters come to their end with it.
  bool ends_something() const;
};

/// A run whose row is not as the board believes: somebody else took a step of its life.
struct Mismatch {
  planner::RunKey run;
  std::optional<domain::Run> row;
};

/// Writes `changes` and the board's changed nodes. Conflict with `mismatches` filled, and nothing
/// written, if a run's state is not the expected one; the ledger's own errors otherwise. Does
/// nothing if there is nothing to write.
base::Result<void> write_changes(ledger::Ledger& ledger, const Changes& changes, const Board& board,
                                 std::vector<Mismatch>& mismatches);

}  // namespace homeport::service::control
