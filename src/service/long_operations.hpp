#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "domain/operation.hpp"
#include "service/context.hpp"

namespace homeport::service {

/// Carries out the operations that wait for runs and clusters to end, and what is to be done then:
/// ends and removals of runs, experiments, workspaces. (Deletions of clusters are the control
/// loop's.) All it knows is in the ledger: an operation InProgress is taken up again by the next
/// server, from wherever the last one came to. Bytes go before the rows that name them.
class LongOperations {
 public:
  explicit LongOperations(const Context& context) : context_(context) {}

  /// Takes each unfinished operation as far as it comes now. What keeps one from its end is logged
  /// and fails it, but for a full disk. Returns whether some wait for others to end. The ledger's
  /// errors.
  base::Result<bool> step();

  /// Steps whenever there is something to do, until stop(). An error: the ledger has stopped.
  base::Result<void> run();
  /// An operation began. Any thread.
  void wake();
  /// A run or a cluster did: one may have waited for that. Costs nothing if none does. Any thread.
  void something_ended();
  /// Makes run() return soon. Any thread.
  void stop();

 private:
  /// Where an operation has come to; an error: it fails with it.
  enum class Progress { Done, Waits };

  base::Result<Progress> carry_on(const domain::Operation& operation);
  base::Result<Progress> end_run(const domain::Operation& operation);
  base::Result<Progress> delete_run(const domain::Operation& operation);
  base::Result<Progress> delete_experiment(const domain::Operation& operation);
  base::Result<Progress> delete_workspace(const domain::Operation& operation);
  base::Result<bool> delete_clusters(const domain::WorkspaceId& workspace);
  base::Result<bool> stop_runs_of(const domain::WorkspaceId& workspace);
  base::Result<bool> stop_run(const domain::Run& run);
  base::Result<void> remove_files(const domain::Run& run);
  base::Result<void> fail(domain::Operation operation, const base::Error& error);

  const Context& context_;
  std::atomic<bool> waiting_ = false;  ///< some operation waits for others to end
  std::mutex mutex_;                   ///< guards everything below
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
};

}  // namespace homeport::service
