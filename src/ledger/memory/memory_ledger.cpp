#include "ledger/memory/memory_ledger.hpp"

#include <utility>

#include "ledger/failures.hpp"
#include "ledger/memory/stores.hpp"
#include "ledger/run_work.hpp"

namespace homeport::ledger {

namespace {

class MemoryTransaction final : public Transaction {
 public:
  explicit MemoryTransaction(memory::Access access)
      : workspaces_(access),
        clusters_(access),
        nodes_(access),
        experiments_(access),
        runs_(access),
        attempts_(access),
        metrics_(access),
        datastores_(access),
        resource_groups_(access),
        snapshots_(access),
        operations_(access) {}

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
  memory::MemoryWorkspaceStore workspaces_;
  memory::MemoryClusterStore clusters_;
  memory::MemoryNodeStore nodes_;
  memory::MemoryExperimentStore experiments_;
  memory::MemoryRunStore runs_;
  memory::MemoryAttemptStore attempts_;
  memory::MemoryMetricStore metrics_;
  memory::MemoryDatastoreStore datastores_;
  memory::MemoryResourceGroupStore resource_groups_;
  memory::MemorySnapshotStore snapshots_;
  memory::MemoryOperationStore operations_;
};

}  // namespace

base::Result<void> MemoryLedger::run_and_commit(const Work& work) {
  MemoryTransaction transaction(memory::Access(tables_, memory::Access::Mode::Write));
  base::Result<void> result = run_work(work, transaction);
  CommitFault fault = CommitFault::None;
  if (result && next_fault_) fault = next_fault_();
  if (fault == CommitFault::DiskFull) {
    result = disk_full("injected");
  } else if (fault != CommitFault::None) {
    result = outcome_unknown("injected");
    stopped_ = true;
  }
  if (result || fault == CommitFault::UnknownKept) {
    tables_.undo.forget();
  } else {
    tables_.undo.roll_back();
  }
  return result;
}

base::Result<void> MemoryLedger::write(Work work) {
  std::unique_lock lock(mutex_);
  if (stopped_) return writes_refused("an earlier commit failed");
  base::Result<void> result = run_and_commit(work);
  if (!stopped_ || !fatal_handler_) return result;
  const auto handler = std::exchange(fatal_handler_, nullptr);
  lock.unlock();
  handler("injected commit failure");
  return result;
}

void MemoryLedger::write_async(Work work, Done done) {
  base::Result<void> result = write(std::move(work));
  if (done) done(std::move(result));
}

base::Result<void> MemoryLedger::read(Work work) {
  const std::lock_guard lock(mutex_);
  MemoryTransaction transaction(memory::Access(tables_, memory::Access::Mode::Read));
  return run_work(work, transaction);
}

void MemoryLedger::on_fatal(std::function<void(std::string)> handler) {
  const std::lock_guard lock(mutex_);
  fatal_handler_ = std::move(handler);
}

void MemoryLedger::inject_faults(std::function<CommitFault()> next_fault) {
  const std::lock_guard lock(mutex_);
  next_fault_ = std::move(next_fault);
}

void MemoryLedger::restart() {
  const std::lock_guard lock(mutex_);
  stopped_ = false;
}

}  // namespace homeport::ledger
