#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ledger/stores.hpp"

namespace homeport::ledger {

/// All aggregates, seen in one transaction. Valid only inside the call it was given to.
class Transaction {
 public:
  virtual ~Transaction() = default;
  virtual WorkspaceStore& workspaces() = 0;
  virtual ClusterStore& clusters() = 0;
  virtual NodeStore& nodes() = 0;
  virtual ExperimentStore& experiments() = 0;
  virtual RunStore& runs() = 0;
  virtual AttemptStore& attempts() = 0;
  virtual MetricStore& metrics() = 0;
  virtual DatastoreStore& datastores() = 0;
  virtual ResourceGroupStore& resource_groups() = 0;
  virtual SnapshotStore& snapshots() = 0;
  virtual OperationStore& operations() = 0;
};

/// What must never be lost. Implementations: memory/ (tests and the simulator) and sqlite/.
///
/// Writes go one after another, in the order in which they were queued; several that wait together
/// share one commit (group commit), each in its own savepoint, so one that fails leaves the others.
/// A write that returned success is on the disk. Reads see a snapshot of committed state and never
/// wait for writes; a read should end within a second (page long exports by key). Any thread.
class Ledger {
 public:
  using Work = std::function<base::Result<void>(Transaction&)>;
  using Done = std::function<void(base::Result<void>)>;

  virtual ~Ledger() = default;

  /// Runs `work` and returns when its effect is durable, or with its error and no effect. Other
  /// errors: ResourceExhausted (disk full: nothing was written, reads go on) and Unavailable
  /// (stopped, or the outcome of the commit is unknown: design rule 11; the ledger then refuses all
  /// further writes and calls the handler given to on_fatal). `work` must not block on anything but
  /// the transaction.
  virtual base::Result<void> write(Work work) = 0;

  /// The same without waiting; `done` is called on the ledger's own thread, after the commit. A
  /// write that is refused (stopped, or too many wait already: ResourceExhausted) is answered on
  /// the calling thread before this returns.
  virtual void write_async(Work work, Done done) = 0;

  /// Runs `work` over a snapshot. Writing in it is an Internal error.
  virtual base::Result<void> read(Work work) = 0;

  /// Called once, from the ledger's thread, when a commit's outcome is unknown: the process must
  /// restart from disk. Set before the first write.
  virtual void on_fatal(std::function<void(std::string)> handler) = 0;
};

}  // namespace homeport::ledger
