#include "service/control/changes.hpp"

#include <algorithm>
#include <utility>

namespace homeport::service::control {
namespace {

using RunRows = std::map<planner::RunKey, domain::Run>;

template <typename T>
void add_missing(std::vector<T>& to, const std::vector<T>& from) {
  for (const T& value : from) {
    if (std::find(to.begin(), to.end(), value) == to.end()) to.push_back(value);
  }
}

base::Result<RunRows> read_runs(ledger::Transaction& transaction, const Changes& changes,
                                std::vector<Mismatch>& mismatches) {
  RunRows rows;
  for (const auto& [key, change] : changes.runs) {
    HP_TRY(auto row, transaction.runs().find(key.workspace_id, key.run_id));
    if (!row || row->state != change.expected) {
      mismatches.push_back({key, std::move(row)});
    } else {
      rows.emplace(key, std::move(*row));
    }
  }
  return rows;
}

base::Result<void> write_run(ledger::RunStore& runs, domain::Run row, const RunChange& change) {
  if (change.started_at) row.started_at = change.started_at;
  if (change.ended_at) row.ended_at = change.ended_at;
  if (change.error) row.error = change.error;
  if (change.exit_code) row.exit_code = change.exit_code;
  if (change.attempts) row.attempts = *change.attempts;
  add_missing(row.warnings, change.warnings);
  if (change.events.empty()) {
    HP_TRYV(runs.update(std::move(row)));
    return base::success();
  }
  for (const domain::RunEvent event : change.events) {
    HP_TRY(auto written, runs.advance(std::move(row), event));
    row = std::move(written);
  }
  return base::success();
}

/// What goes first: a new node may take the index of one that is gone since the last write.
base::Result<void> write_nodes(ledger::NodeStore& nodes, const Board& board) {
  for (const auto& [id, before] : board.nodes.before()) {
    if (before && board.nodes.find(id) == nullptr) {
      HP_TRYV(nodes.remove(id));
    }
  }
  for (const auto& [id, before] : board.nodes.before()) {
    const NodeEntry* after = board.nodes.find(id);
    if (after == nullptr) continue;
    if (!before) {
      HP_TRYV(nodes.insert(after->row));
    } else if (before->row != after->row) {
      HP_TRYV(nodes.update(after->row));
    }
  }
  return base::success();
}

base::Result<void> finish_deletion(ledger::Transaction& transaction, const domain::ClusterId& id,
                                   base::TimePoint wall) {
  HP_TRY(auto operations, transaction.operations().list_unfinished());
  for (domain::Operation& operation : operations) {
    if (operation.cluster_id != id) continue;
    operation.state = domain::OperationState::Succeeded;
    operation.ended_at = wall;
    HP_TRYV(transaction.operations().update(operation));
  }
  return transaction.clusters().remove(id);
}

base::Result<void> write_clusters(ledger::Transaction& transaction, const Changes& changes) {
  for (const auto& [id, change] : changes.clusters) {
    HP_TRY(auto row, transaction.clusters().find(id));
    if (!row) continue;  // Its workspace was removed, and it with it.
    if (change.remove) {
      HP_TRYV(finish_deletion(transaction, id, changes.wall));
      continue;
    }
    if (change.allocation) {
      row->allocation = *change.allocation;
      row->allocation_since = change.allocation_since;
    }
    add_missing(row->warnings, change.warnings);
    if (change.problems) row->problems = *change.problems;
    row->settled = row->settled || change.settled;
    HP_TRYV(transaction.clusters().update(*row));
  }
  return base::success();
}

base::Result<void> write_all(ledger::Transaction& transaction, const Changes& changes,
                             const Board& board, std::vector<Mismatch>& mismatches) {
  mismatches.clear();
  HP_TRY(RunRows rows, read_runs(transaction, changes, mismatches));
  if (!mismatches.empty()) return base::conflict("RunChanged", "a run was changed elsewhere");
  for (const auto& [key, attempt] : changes.attempts) {
    HP_TRYV(transaction.attempts().update(attempt));
  }
  for (auto& [key, row] : rows) {
    HP_TRYV(write_run(transaction.runs(), std::move(row), changes.runs.at(key)));
  }
  for (const domain::Attempt& attempt : changes.new_attempts) {
    HP_TRYV(transaction.attempts().insert(attempt));
  }
  HP_TRYV(write_nodes(transaction.nodes(), board));
  return write_clusters(transaction, changes);
}

bool nothing_to_write(const Changes& changes, const Board& board) {
  const auto& nodes = board.nodes.before();
  return changes.runs.empty() && changes.attempts.empty() && changes.new_attempts.empty() &&
         changes.clusters.empty() &&
         std::all_of(nodes.begin(), nodes.end(), [&](const auto& changed) {
           const NodeEntry* after = board.nodes.find(changed.first);
           if (!changed.second || after == nullptr) return !changed.second && after == nullptr;
           return changed.second->row == after->row;
         });
}

}  // namespace

bool Changes::ends_something() const {
  const auto ends = [](const auto& changed) { return changed.second.ended_at.has_value(); };
  const auto goes = [](const auto& changed) { return changed.second.remove; };
  return std::any_of(runs.begin(), runs.end(), ends) ||
         std::any_of(clusters.begin(), clusters.end(), goes);
}

base::Result<void> write_changes(ledger::Ledger& ledger, const Changes& changes, const Board& board,
                                 std::vector<Mismatch>& mismatches) {
  mismatches.clear();
  if (nothing_to_write(changes, board)) return base::success();
  return ledger.write([&](ledger::Transaction& transaction) {
    return write_all(transaction, changes, board, mismatches);
  });
}

}  // namespace homeport::service::control
