#pragma once

#include "ledger/ledger.hpp"
#include "ledger/sqlite/stores.hpp"

namespace homeport::ledger::sqlite {

/// The stores over one connection, which is inside a transaction and outlives this.
class SqliteTransaction final : public Transaction {
 public:
  explicit SqliteTransaction(Connection& connection)
      : workspaces_(connection),
        clusters_(connection),
        nodes_(connection),
        experiments_(connection),
        runs_(connection),
        attempts_(connection),
        metrics_(connection),
        datastores_(connection),
        resource_groups_(connection),
        snapshots_(connection),
        operations_(connection) {}

  WorkspaceStore& workspaces() override { return workspaces_; }
  ClusterStore& clusters() override { return clusters_; }
  NodeStore& nodes() override { return nodes_; }
  ExperimentStore& experiments() override { return experiments_; }
  RunStore& runs() override { return runs_; }
  AttemptStore& attempts() override { return attempts_; }
  MetricStore& metrics() override { return metrics_; }
  DatastoreStore& datastores() override { return datastores_; }
  ResourceGroupStore& resource_groups() override { return resource_groups_; }
  SnapshotStore& snapshots() override { return snapshots_; }
  OperationStore& operations() override { return operations_; }

 private:
  SqliteWorkspaceStore workspaces_;
  SqliteClusterStore clusters_;
  SqliteNodeStore nodes_;
  SqliteExperimentStore experiments_;
  SqliteRunStore runs_;
  SqliteAttemptStore attempts_;
  SqliteMetricStore metrics_;
  SqliteDatastoreStore datastores_;
  SqliteResourceGroupStore resource_groups_;
  SqliteSnapshotStore snapshots_;
  SqliteOperationStore operations_;
};

}  // namespace homeport::ledger::sqlite
