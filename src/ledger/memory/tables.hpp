#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <tuple>

#include "domain/attempt.hpp"
#include "domain/cluster.hpp"
#include "domain/datastore.hpp"
#include "domain/experiment.hpp"
#include "domain/metric.hpp"
#include "domain/node.hpp"
#include "domain/operation.hpp"
#include "domain/resource_group.hpp"
#include "domain/run.hpp"
#include "domain/snapshot.hpp"
#include "domain/workspace.hpp"
#include "ledger/memory/table.hpp"

namespace homeport::ledger::memory {

using RunKey = std::pair<domain::WorkspaceId, domain::RunId>;
using AttemptKey = std::tuple<domain::WorkspaceId, domain::RunId, int>;
using SeriesKey = std::tuple<domain::WorkspaceId, domain::RunId, std::string>;
using NameKey = std::pair<domain::WorkspaceId, std::string>;  ///< the name in lower case
using GroupKey = std::pair<std::string, std::string>;         ///< both in lower case
using SnapshotKey = std::pair<domain::WorkspaceId, domain::SnapshotId>;

struct RunNumbers {
  domain::WorkspaceId workspace_id;
  int64_t last = 0;
};

/// Series are long and only grow, so taking back an append cuts them instead of copying them.
struct StoredSeries {
  domain::WorkspaceId workspace_id;
  domain::MetricSeries series;
  std::set<std::string> metric_ids;
};

/// Everything that a MemoryLedger holds.
struct Tables {
  UndoLog undo;
  Table<domain::WorkspaceId, domain::Workspace> workspaces{undo};
  Table<domain::ClusterId, domain::Cluster> clusters{undo};
  Table<domain::NodeId, domain::Node> nodes{undo};
  Table<domain::ExperimentId, domain::Experiment> experiments{undo};
  Table<RunKey, domain::Run> runs{undo};
  Table<uint64_t, RunKey> unfinished_runs{undo};  ///< by queue_order
  Table<domain::ExperimentId, RunNumbers> run_numbers{undo};
  Table<int, uint64_t> last_queue_order{undo};  ///< one row, at 0
  Table<AttemptKey, domain::Attempt> attempts{undo};
  Table<NameKey, domain::Datastore> datastores{undo};
  Table<GroupKey, domain::ResourceGroup> resource_groups{undo};
  Table<SnapshotKey, domain::ProjectSnapshot> snapshots{undo};
  Table<domain::OperationId, domain::Operation> operations{undo};
  std::map<SeriesKey, StoredSeries> metrics;  ///< its changes are noted in `undo` as well
};

/// Removes the series whose key is meant.
template <typename Meant>
void erase_metrics(Tables& tables, Meant meant) {
  for (auto at = tables.metrics.begin(); at != tables.metrics.end();) {
    const auto next = std::next(at);
    if (meant(at->first)) {
      tables.undo.add([&tables, key = at->first, row = at->second] { tables.metrics[key] = row; });
      tables.metrics.erase(at);
    }
    at = next;
  }
}

}  // namespace homeport::ledger::memory
