#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
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
#include "ledger/run_figures.hpp"
#include "ledger/run_query.hpp"

/// One interface per aggregate. Common rules: insert fails with AlreadyExists, update and remove
/// with NotFound; find gives nullopt for what is not there; lists are sorted by name (runs: see
/// RunQuery). Names of workspaces, storage accounts, clusters, experiments and datastores are
/// compared and sorted without case. A store does not ask whether the parents of what it is given
/// are there: the use case looks them up in the same transaction.
namespace homeport::ledger {

template <typename T>
using Found = base::Result<std::optional<T>>;

class WorkspaceStore {
 public:
  virtual ~WorkspaceStore() = default;
  virtual base::Result<void> insert(const domain::Workspace& workspace) = 0;
  virtual base::Result<void> update(const domain::Workspace& workspace) = 0;
  /// With all that it holds: clusters and their nodes, experiments, runs, attempts, metrics,
  /// datastores, snapshots. Operations stay: clients ask for them.
  virtual base::Result<void> remove(const domain::WorkspaceId& id) = 0;
  virtual Found<domain::Workspace> find(const domain::WorkspaceId& id) = 0;
  virtual Found<domain::Workspace> find(const domain::WorkspaceKey& key) = 0;
  /// No two workspaces have one account; the empty one is nobody's.
  virtual Found<domain::Workspace> find_by_account(std::string_view storage_account) = 0;
  virtual base::Result<std::vector<domain::Workspace>> list() = 0;
};

class ClusterStore {
 public:
  virtual ~ClusterStore() = default;
  virtual base::Result<void> insert(const domain::Cluster& cluster) = 0;
  virtual base::Result<void> update(const domain::Cluster& cluster) = 0;
  virtual base::Result<void> remove(const domain::ClusterId& id) = 0;  ///< its nodes too
  virtual Found<domain::Cluster> find(const domain::ClusterId& id) = 0;
  virtual Found<domain::Cluster> find(const domain::WorkspaceId& workspace,
                                      std::string_view name) = 0;
  virtual base::Result<std::vector<domain::Cluster>> list(const domain::WorkspaceId& workspace) = 0;
  virtual base::Result<std::vector<domain::Cluster>> list_all() = 0;  ///< by name, then id
};

class NodeStore {
 public:
  virtual ~NodeStore() = default;
  virtual base::Result<void> insert(const domain::Node& node) = 0;
  virtual base::Result<void> update(const domain::Node& node) = 0;
  virtual base::Result<void> remove(const domain::NodeId& id) = 0;
  virtual Found<domain::Node> find(const domain::NodeId& id) = 0;
  /// By index.
  virtual base::Result<std::vector<domain::Node>> list(const domain::ClusterId& cluster) = 0;
  virtual base::Result<std::vector<domain::Node>> list_all() = 0;  ///< by cluster id, then index
};

class ExperimentStore {
 public:
  virtual ~ExperimentStore() = default;
  virtual base::Result<void> insert(const domain::Experiment& experiment) = 0;
  virtual base::Result<void> update(const domain::Experiment& experiment) = 0;
  virtual base::Result<void> remove(const domain::ExperimentId& id) = 0;
  virtual Found<domain::Experiment> find(const domain::ExperimentId& id) = 0;
  virtual Found<domain::Experiment> find(const domain::WorkspaceId& workspace,
                                         std::string_view name) = 0;
  virtual base::Result<std::vector<domain::Experiment>> list(
      const domain::WorkspaceId& workspace) = 0;
};

class RunStore {
 public:
  virtual ~RunStore() = default;
  /// Sets and returns number, queue_order and revision. A second insert of the same id, or of the
  /// same name in its experiment, is AlreadyExists.
  virtual base::Result<domain::Run> insert(domain::Run run) = 0;
  /// Writes what may change; state, name, number, queue_order, experiment, parent and created_at
  /// stay as they are stored (and are so in the answer). Raises the revision.
  virtual base::Result<domain::Run> update(domain::Run run) = 0;
  /// Takes one step of the run's life: writes `run` as update does, with the state that follows
  /// `event`, if the stored state allows that step (guard made from domain::kRunTransitions);
  /// Conflict if it does not.
  virtual base::Result<domain::Run> advance(domain::Run run, domain::RunEvent event) = 0;
  /// With its attempts and metrics.
  virtual base::Result<void> remove(const domain::WorkspaceId& workspace,
                                    const domain::RunId& id) = 0;
  virtual Found<domain::Run> find(const domain::WorkspaceId& workspace,
                                  const domain::RunId& id) = 0;
  /// Without regard to case; the empty name is nobody's.
  virtual Found<domain::Run> find_by_name(const domain::ExperimentId& experiment,
                                          std::string_view name) = 0;
  virtual base::Result<RunPage> query(const RunQuery& query) = 0;
  /// Submitted runs that have not ended (spec is set, state is neither NotStarted nor terminal), in
  /// queue order, of all workspaces.
  virtual base::Result<std::vector<domain::Run>> list_unfinished() = 0;
  /// Costs the same however many runs there are.
  virtual base::Result<RunCounts> count_by_state() = 0;
  /// By workspace id, then target. Costs O(unfinished runs), without reading what they hold.
  virtual base::Result<std::vector<RunQueue>> list_queues() = 0;
};

class AttemptStore {
 public:
  virtual ~AttemptStore() = default;
  /// Conflict while another attempt at the same run has not ended.
  virtual base::Result<void> insert(const domain::Attempt& attempt) = 0;
  /// Only while the stored token is the same and it has not ended: Conflict otherwise (fencing).
  virtual base::Result<void> update(const domain::Attempt& attempt) = 0;
  /// The attempt with the highest number.
  virtual Found<domain::Attempt> find_latest(const domain::WorkspaceId& workspace,
                                             const domain::RunId& run) = 0;
  /// Those not ended: what a restarted server takes up again, and whose ports are leased. By
  /// workspace and run.
  virtual base::Result<std::vector<domain::Attempt>> list_live() = 0;
};

class MetricStore {
 public:
  virtual ~MetricStore() = default;
  /// Adds rows whose metric_id is not there yet for this run and name; silently skips those that
  /// are.
  virtual base::Result<void> append(const domain::WorkspaceId& workspace, const domain::RunId& run,
                                    const std::vector<domain::MetricSeries>& series) = 0;
  /// Every series of the run, without rows, by name.
  virtual base::Result<std::vector<domain::MetricSeries>> list(const domain::WorkspaceId& workspace,
                                                               const domain::RunId& run) = 0;
  /// One series, its rows in the order of arrival; nullopt if there is none of that name.
  virtual Found<domain::MetricSeries> find(const domain::WorkspaceId& workspace,
                                           const domain::RunId& run, std::string_view name) = 0;
};

class DatastoreStore {
 public:
  virtual ~DatastoreStore() = default;
  virtual base::Result<void> insert(const domain::Datastore& datastore) = 0;
  virtual base::Result<void> update(const domain::Datastore& datastore) = 0;
  virtual base::Result<void> remove(const domain::WorkspaceId& workspace,
                                    std::string_view name) = 0;
  virtual Found<domain::Datastore> find(const domain::WorkspaceId& workspace,
                                        std::string_view name) = 0;
  virtual base::Result<std::vector<domain::Datastore>> list(
      const domain::WorkspaceId& workspace) = 0;
};

/// Those that were made; a group that only a workspace names has no row.
class ResourceGroupStore {
 public:
  virtual ~ResourceGroupStore() = default;
  virtual base::Result<void> insert(const domain::ResourceGroup& group) = 0;
  /// The name keeps its spelling.
  virtual base::Result<void> update(const domain::ResourceGroup& group) = 0;
  virtual base::Result<void> remove(std::string_view subscription, std::string_view name) = 0;
  virtual Found<domain::ResourceGroup> find(std::string_view subscription,
                                            std::string_view name) = 0;
  virtual base::Result<std::vector<domain::ResourceGroup>> list() = 0;  ///< by name
};

class SnapshotStore {
 public:
  virtual ~SnapshotStore() = default;
  virtual base::Result<void> insert(const domain::ProjectSnapshot& snapshot) = 0;
  virtual Found<domain::ProjectSnapshot> find(const domain::WorkspaceId& workspace,
                                              const domain::SnapshotId& id) = 0;
};

class OperationStore {
 public:
  virtual ~OperationStore() = default;
  virtual base::Result<void> insert(const domain::Operation& operation) = 0;
  virtual base::Result<void> update(const domain::Operation& operation) = 0;
  virtual Found<domain::Operation> find(const domain::OperationId& id) = 0;
  virtual base::Result<std::vector<domain::Operation>> list_unfinished() = 0;  ///< oldest first
  /// Those that are over and were started before this.
  virtual base::Result<void> remove_finished(base::TimePoint started_before) = 0;
};

}  // namespace homeport::ledger
