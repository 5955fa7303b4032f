#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/memory/tables.hpp"
#include "ledger/stores.hpp"

/// The stores of a MemoryLedger. Each works on the tables it was given, under the ledger's mutex.
namespace homeport::ledger::memory {

/// The tables, and whether they may be changed now.
class Access {
 public:
  enum class Mode { Read, Write };

  Access(Tables& tables, Mode mode) : tables_(tables), mode_(mode) {}

  const Tables& look() const { return tables_; }
  /// The tables for changing; Internal in a transaction that only reads.
  base::Result<Tables*> change();

 private:
  Tables& tables_;
  Mode mode_;
};

class MemoryWorkspaceStore final : public WorkspaceStore {
 public:
  explicit MemoryWorkspaceStore(Access access) : access_(access) {}
  base::Result<void> insert(const domain::Workspace& workspace) override;
  base::Result<void> update(const domain::Workspace& workspace) override;
  base::Result<void> remove(const domain::WorkspaceId& id) override;
  Found<domain::Workspace> find(const domain::WorkspaceId& id) override;
  Found<domain::Workspace> find(const domain::WorkspaceKey& key) override;
  Found<domain::Workspace> find_by_account(std::string_view storage_account) override;
  base::Result<std::vector<domain::Workspace>> list() override;

 private:
  base::Result<void> check_unique(const domain::Workspace& workspace) const;

  Access access_;
};

class MemoryClusterStore final : public ClusterStore {
 public:
  explicit MemoryClusterStore(Access access) : access_(access) {}
  base::Result<void> insert(const domain::Cluster& cluster) override;
  base::Result<void> update(const domain::Cluster& cluster) override;
  base::Result<void> remove(const domain::ClusterId& id) override;
  Found<domain::Cluster> find(const domain::ClusterId& id) override;
  Found<domain::Cluster> find(const domain::WorkspaceId& workspace, std::string_view name) override;
  base::Result<std::vector<domain::Cluster>> list(const domain::WorkspaceId& workspace) override;
  base::Result<std::vector<domain::Cluster>> list_all() override;

 private:
  base::Result<void> check_unique(const domain::Cluster& cluster);

  Access access_;
};

class MemoryNodeStore final : public NodeStore {
 public:
  explicit MemoryNodeStore(Access access) : access_(access) {}
  base::Result<void> insert(const domain::Node& node) override;
  base::Result<void> update(const domain::Node& node) override;
  base::Result<void> remove(const domain::NodeId& id) override;
  Found<domain::Node> find(const domain::NodeId& id) override;
  base::Result<std::vector<domain::Node>> list(const domain::ClusterId& cluster) override;
  base::Result<std::vector<domain::Node>> list_all() override;

 private:
  base::Result<void> check_unique(const domain::Node& node) const;

  Access access_;
};

class MemoryExperimentStore final : public ExperimentStore {
 public:
  explicit MemoryExperimentStore(Access access) : access_(access) {}
  base::Result<void> insert(const domain::Experiment& experiment) override;
  base::Result<void> update(const domain::Experiment& experiment) override;
  base::Result<void> remove(const domain::ExperimentId& id) override;
  Found<domain::Experiment> find(const domain::ExperimentId& id) override;
  Found<domain::Experiment> find(const domain::WorkspaceId& workspace,
                                 std::string_view name) override;
  base::Result<std::vector<domain::Experiment>> list(const domain::WorkspaceId& workspace) override;

 private:
  base::Result<void> check_unique(const domain::Experiment& experiment);

  Access access_;
};

class MemoryRunStore final : public RunStore {
 public:
  explicit MemoryRunStore(Access access) : access_(access) {}
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
  Access access_;
};

class MemoryAttemptStore final : public AttemptStore {
 public:
  explicit MemoryAttemptStore(Access access) : access_(access) {}
  base::Result<void> insert(const domain::Attempt& attempt) override;
  base::Result<void> update(const domain::Attempt& attempt) override;
  Found<domain::Attempt> find_latest(const domain::WorkspaceId& workspace,
                                     const domain::RunId& run) override;
  base::Result<std::vector<domain::Attempt>> list_live() override;

 private:
  Access access_;
};

class MemoryMetricStore final : public MetricStore {
 public:
  explicit MemoryMetricStore(Access access) : access_(access) {}
  base::Result<void> append(const domain::WorkspaceId& workspace, const domain::RunId& run,
                            const std::vector<domain::MetricSeries>& series) override;
  base::Result<std::vector<domain::MetricSeries>> list(const domain::WorkspaceId& workspace,
                                                       const domain::RunId& run) override;
  Found<domain::MetricSeries> find(const domain::WorkspaceId& workspace, const domain::RunId& run,
                                   std::string_view name) override;

 private:
  Access access_;
};

class MemoryDatastoreStore final : public DatastoreStore {
 public:
  explicit MemoryDatastoreStore(Access access) : access_(access) {}
  base::Result<void> insert(const domain::Datastore& datastore) override;
  base::Result<void> update(const domain::Datastore& datastore) override;
  base::Result<void> remove(const domain::WorkspaceId& workspace, std::string_view name) override;
  Found<domain::Datastore> find(const domain::WorkspaceId& workspace,
                                std::string_view name) override;
  base::Result<std::vector<domain::Datastore>> list(const domain::WorkspaceId& workspace) override;

 private:
  Access access_;
};

class MemoryResourceGroupStore final : public ResourceGroupStore {
 public:
  explicit MemoryResourceGroupStore(Access access) : access_(access) {}
  base::Result<void> insert(const domain::ResourceGroup& group) override;
  base::Result<void> update(const domain::ResourceGroup& group) override;
  base::Result<void> remove(std::string_view subscription, std::string_view name) override;
  Found<domain::ResourceGroup> find(std::string_view subscription, std::string_view name) override;
  base::Result<std::vector<domain::ResourceGroup>> list() override;

 private:
  Access access_;
};

class MemorySnapshotStore final : public SnapshotStore {
 public:
  explicit MemorySnapshotStore(Access access) : access_(access) {}
  base::Result<void> insert(const domain::ProjectSnapshot& snapshot) override;
  Found<domain::ProjectSnapshot> find(const domain::WorkspaceId& workspace,
                                      const domain::SnapshotId& id) override;

 private:
  Access access_;
};

class MemoryOperationStore final : public OperationStore {
 public:
  explicit MemoryOperationStore(Access access) : access_(access) {}
  base::Result<void> insert(const domain::Operation& operation) override;
  base::Result<void> update(const domain::Operation& operation) override;
  Found<domain::Operation> find(const domain::OperationId& id) override;
  base::Result<std::vector<domain::Operation>> list_unfinished() override;
  base::Result<void> remove_finished(base::TimePoint started_before) override;

 private:
  Access access_;
};

}  // namespace homeport::ledger::memory
