#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/sqlite/connection.hpp"
#include "ledger/stores.hpp"

/// The stores over one connection, which must outlive them. Each SQL text stands beside the
/// function that runs it, in the .cpp file of its aggregate.
namespace homeport::ledger::sqlite {

class SqliteWorkspaceStore final : public WorkspaceStore {
 public:
  explicit SqliteWorkspaceStore(Connection& connection) : connection_(connection) {}
  base::Result<void> insert(const domain::Workspace& workspace) override;
  base::Result<void> update(const domain::Workspace& workspace) override;
  base::Result<void> remove(const domain::WorkspaceId& id) override;
  Found<domain::Workspace> find(const domain::WorkspaceId& id) override;
  Found<domain::Workspace> find(const domain::WorkspaceKey& key) override;
  Found<domain::Workspace> find_by_account(std::string_view storage_account) override;
  base::Result<std::vector<domain::Workspace>> list() override;

 private:
  Connection& connection_;
};

class SqliteClusterStore final : public ClusterStore {
 public:
  explicit SqliteClusterStore(Connection& connection) : connection_(connection) {}
  base::Result<void> insert(const domain::Cluster& cluster) override;
  base::Result<void> update(const domain::Cluster& cluster) override;
  base::Result<void> remove(const domain::ClusterId& id) override;
  Found<domain::Cluster> find(const domain::ClusterId& id) override;
  Found<domain::Cluster> find(const domain::WorkspaceId& workspace, std::string_view name) override;
  base::Result<std::vector<domain::Cluster>> list(const domain::WorkspaceId& workspace) override;
  base::Result<std::vector<domain::Cluster>> list_all() override;

 private:
  Connection& connection_;
};

class SqliteNodeStore final : public NodeStore {
 public:
  explicit SqliteNodeStore(Connection& connection) : connection_(connection) {}
  base::Result<void> insert(const domain::Node& node) override;
  base::Result<void> update(const domain::Node& node) override;
  base::Result<void> remove(const domain::NodeId& id) override;
  Found<domain::Node> find(const domain::NodeId& id) override;
  base::Result<std::vector<domain::Node>> list(const domain::ClusterId& cluster) override;
  base::Result<std::vector<domain::Node>> list_all() override;

 private:
  Connection& connection_;
};

class SqliteExperimentStore final : public ExperimentStore {
 public:
  explicit SqliteExperimentStore(Connection& connection) : connection_(connection) {}
  base::Result<void> insert(const domain::Experiment& experiment) override;
  base::Result<void> update(const domain::Experiment& experiment) override;
  base::Result<void> remove(const domain::ExperimentId& id) override;
  Found<domain::Experiment> find(const domain::ExperimentId& id) override;
  Found<domain::Experiment> find(const domain::WorkspaceId& workspace,
                                 std::string_view name) override;
  base::Result<std::vector<domain::Experiment>> list(const domain::WorkspaceId& workspace) override;

 private:
  Connection& connection_;
};

class SqliteRunStore final : public RunStore {
 public:
  explicit SqliteRunStore(Connection& connection) : connection_(connection) {}
  base::Result<domain::Run> insert(domain::Run run) override;
  base::Result<domain::Run> update(domain::Run run) override;
  base::Result<domain::Run> advance(domain::Run run, domain::RunEvent event) override;
  base::Result<void> remove(const domain::WorkspaceId& workspace, const domain::RunId& id) override;
  Found<domain::Run> find(const domain::WorkspaceId& workspace, const domain::RunId& id) override;
  Found<domain::Run> find_by_name(const domain::ExperimentId& experiment,
                                  std::string_view name) override;
  base::Result<RunPage> query(const RunQuery& query) override;
  base::Result<std::vector<domain::Run>> list_unfinished() override;
  base::Result<RunCounts> count_by_state() override;
  base::Result<std::vector<RunQueue>> list_queues() override;

 private:
  Connection& connection_;
};

class SqliteAttemptStore final : public AttemptStore {
 public:
  explicit SqliteAttemptStore(Connection& connection) : connection_(connection) {}
  base::Result<void> insert(const domain::Attempt& attempt) override;
  base::Result<void> update(const domain::Attempt& attempt) override;
  Found<domain::Attempt> find_latest(const domain::WorkspaceId& workspace,
                                     const domain::RunId& run) override;
  base::Result<std::vector<domain::Attempt>> list_live() override;

 private:
  Connection& connection_;
};

class SqliteMetricStore final : public MetricStore {
 public:
  explicit SqliteMetricStore(Connection& connection) : connection_(connection) {}
  base::Result<void> append(const domain::WorkspaceId& workspace, const domain::RunId& run,
                            const std::vector<domain::MetricSeries>& series) override;
  base::Result<std::vector<domain::MetricSeries>> list(const domain::WorkspaceId& workspace,
                                                       const domain::RunId& run) override;
  Found<domain::MetricSeries> find(const domain::WorkspaceId& workspace, const domain::RunId& run,
                                   std::string_view name) override;

 private:
  Connection& connection_;
};

class SqliteDatastoreStore final : public DatastoreStore {
 public:
  explicit SqliteDatastoreStore(Connection& connection) : connection_(connection) {}
  base::Result<void> insert(const domain::Datastore& datastore) override;
  base::Result<void> update(const domain::Datastore& datastore) override;
  base::Result<void> remove(const domain::WorkspaceId& workspace, std::string_view name) override;
  Found<domain::Datastore> find(const domain::WorkspaceId& workspace,
                                std::string_view name) override;
  base::Result<std::vector<domain::Datastore>> list(const domain::WorkspaceId& workspace) override;

 private:
  Connection& connection_;
};

class SqliteResourceGroupStore final : public ResourceGroupStore {
 public:
  explicit SqliteResourceGroupStore(Connection& connection) : connection_(connection) {}
  base::Result<void> insert(const domain::ResourceGroup& group) override;
  base::Result<void> update(const domain::ResourceGroup& group) override;
  base::Result<void> remove(std::string_view subscription, std::string_view name) override;
  Found<domain::ResourceGroup> find(std::string_view subscription, std::string_view name) override;
  base::Result<std::vector<domain::ResourceGroup>> list() override;

 private:
  Connection& connection_;
};

class SqliteSnapshotStore final : public SnapshotStore {
 public:
  explicit SqliteSnapshotStore(Connection& connection) : connection_(connection) {}
  base::Result<void> insert(const domain::ProjectSnapshot& snapshot) override;
  Found<domain::ProjectSnapshot> find(const domain::WorkspaceId& workspace,
                                      const domain::SnapshotId& id) override;

 private:
  Connection& connection_;
};

class SqliteOperationStore final : public OperationStore {
 public:
  explicit SqliteOperationStore(Connection& connection) : connection_(connection) {}
  base::Result<void> insert(const domain::Operation& operation) override;
  base::Result<void> update(const domain::Operation& operation) override;
  Found<domain::Operation> find(const domain::OperationId& id) override;
  base::Result<std::vector<domain::Operation>> list_unfinished() override;
  base::Result<void> remove_finished(base::TimePoint started_before) override;

 private:
  Connection& connection_;
};

}  // namespace homeport::ledger::sqlite
