#include "service/long_operations.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "service/guards.hpp"
#include "service/run_removal.hpp"
#include "service/transactions.hpp"

namespace homeport::service {
namespace {

constexpr size_t kRunsAtOnce = 100;
/// What is awaited is told by wake(); this is for what nobody tells, a disk that was full.
constexpr std::chrono::seconds kLookAgain{1};

base::Result<void> succeed(const Context& context, ledger::Transaction& tx,
                           domain::Operation operation) {
  operation.state = domain::OperationState::Succeeded;
  operation.ended_at = context.clock.wall();
  return tx.operations().update(operation);
}

/// Ended, with its attempt: nothing of it is on a node any more.
base::Result<bool> is_over(ledger::Transaction& tx, const domain::Run& run) {
  if (!domain::is_terminal(run.state)) return false;
  HP_TRY(const auto attempt, tx.attempts().find_latest(run.workspace_id, run.id));
  return !attempt || attempt->state == domain::AttemptState::Ended;
}

struct Sorted {
  std::vector<domain::Run> over;
  std::vector<domain::Run> alive;
};

base::Result<Sorted> sort_out(ledger::Transaction& tx, std::vector<domain::Run> runs) {
  Sorted sorted;
  for (domain::Run& run : runs) {
    HP_TRY(const bool over, is_over(tx, run));
    (over ? sorted.over : sorted.alive).push_back(std::move(run));
  }
  return sorted;
}

base::Result<std::vector<domain::Run>> unfinished_of(ledger::Transaction& tx,
                                                     const domain::WorkspaceId& workspace) {
  HP_TRY(auto runs, tx.runs().list_unfinished());
  std::erase_if(runs, [&](const domain::Run& run) { return run.workspace_id != workspace; });
  return runs;
}

}  // namespace

base::Result<bool> LongOperations::step() {
  HP_TRY(const auto operations, read(context_.ledger, [](ledger::Transaction& tx) {
           return tx.operations().list_unfinished();
         }));
  bool waits = false;
  for (const domain::Operation& operation : operations) {
    if (!operation.cluster_id.empty()) continue;
    auto progress = carry_on(operation);
    if (progress.has_value()) {
      waits = waits || progress.value() == Progress::Waits;
      continue;
    }
    const base::Error& error = progress.error();
    if (error.code == base::ErrorCode::Unavailable) return error;
    spdlog::warn("operation {}: {} {}", operation.id.text(), error.message, error.cause);
    if (error.code == base::ErrorCode::ResourceExhausted) {
      waits = true;
      continue;
    }
    HP_TRYV(fail(operation, error));
  }
  return waits;
}

base::Result<LongOperations::Progress> LongOperations::carry_on(
    const domain::Operation& operation) {
  if (!operation.run_id.empty()) {
    return operation.kind == "delete" ? delete_run(operation) : end_run(operation);
  }
  if (!operation.experiment_id.empty()) return delete_experiment(operation);
  return delete_workspace(operation);
}

base::Result<LongOperations::Progress> LongOperations::end_run(const domain::Operation& operation) {
  const domain::WorkspaceId& workspace = operation.workspace_id;
  HP_TRY(const auto run, read(context_.ledger, [&](ledger::Transaction& tx) {
           return tx.runs().find(workspace, operation.run_id);
         }));
  if (run && !domain::is_terminal(run->state)) return Progress::Waits;
  HP_TRYV(context_.ledger.write(
      [&](ledger::Transaction& tx) { return succeed(context_, tx, operation); }));
  return Progress::Done;
}

/// Whether it has ended: one that waits does so at once.
base::Result<bool> LongOperations::stop_run(const domain::Run& run) {
  // It was told already, or only its attempt is left.
  if (domain::is_terminal(run.state) || run.state == domain::RunState::CancelRequested) {
    return false;
  }
  HP_TRY(const bool over,
         write(context_.ledger, [&](ledger::Transaction& tx) -> base::Result<bool> {
           HP_TRY(auto now, tx.runs().find(run.workspace_id, run.id));
           if (!now) return true;
           HP_TRY(const auto asked, ask_to_stop(context_, tx, std::move(*now)));
           return is_over(tx, asked);
         }));
  if (run.spec) context_.control.run_cancel_requested(run.workspace_id, run.id);
  return over;
}

base::Result<void> LongOperations::remove_files(const domain::Run& run) {
  HP_TRY(const auto workspace, read(context_.ledger, [&](ledger::Transaction& tx) {
           return tx.workspaces().find(run.workspace_id);
         }));
  if (!workspace) return base::success();
  return remove_run_files(context_, *workspace, run.id);
}

base::Result<LongOperations::Progress> LongOperations::delete_run(
    const domain::Operation& operation) {
  HP_TRY(const Sorted found,
         read(context_.ledger, [&](ledger::Transaction& tx) -> base::Result<Sorted> {
           HP_TRY(auto run, tx.runs().find(operation.workspace_id, operation.run_id));
           std::vector<domain::Run> runs;
           if (run) runs.push_back(std::move(*run));
           return sort_out(tx, std::move(runs));
         }));
  if (!found.alive.empty()) {
    HP_TRYV(stop_run(found.alive.front()));
    return Progress::Waits;
  }
  const std::vector<domain::Run>& over = found.over;
  for (const domain::Run& run : over) {
    HP_TRYV(remove_files(run));
  }
  HP_TRYV(context_.ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
    for (const domain::Run& run : over) {
      HP_TRYV(tx.runs().remove(run.workspace_id, run.id));
    }
    return succeed(context_, tx, operation);
  }));
  return Progress::Done;
}

base::Result<LongOperations::Progress> LongOperations::delete_experiment(
    const domain::Operation& operation) {
  ledger::RunQuery query;
  query.workspace_id = operation.workspace_id;
  query.experiment_id = operation.experiment_id;
  query.include_hidden = true;
  query.limit = kRunsAtOnce;
  bool waits = false;
  do {
    HP_TRY(Sorted page, read(context_.ledger, [&](ledger::Transaction& tx) -> base::Result<Sorted> {
             HP_TRY(auto runs, tx.runs().query(query));
             query.continuation = std::move(runs.continuation);
             return sort_out(tx, std::move(runs.runs));
           }));
    std::vector<domain::Run>& over = page.over;
    for (domain::Run& run : page.alive) {
      HP_TRY(const bool ended, stop_run(run));
      waits = waits || !ended;
      if (ended) over.push_back(std::move(run));
    }
    for (const domain::Run& run : over) {
      HP_TRYV(remove_files(run));
    }
    HP_TRYV(context_.ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
      for (const domain::Run& run : over) {
        HP_TRY(const auto there, tx.runs().find(run.workspace_id, run.id));
        if (!there) continue;
        HP_TRYV(tx.runs().remove(run.workspace_id, run.id));
      }
      return base::success();
    }));
  } while (!query.continuation.empty());
  if (waits) return Progress::Waits;
  return write(context_.ledger, [&](ledger::Transaction& tx) -> base::Result<Progress> {
    query.limit = 1;
    HP_TRY(const auto left, tx.runs().query(query));
    if (!left.runs.empty()) return Progress::Waits;
    HP_TRY(const auto experiment, tx.experiments().find(operation.experiment_id));
    if (experiment) {
      HP_TRYV(tx.experiments().remove(operation.experiment_id));
    }
    HP_TRYV(succeed(context_, tx, operation));
    return Progress::Done;
  });
}

/// Whether all of them are gone.
base::Result<bool> LongOperations::delete_clusters(const domain::WorkspaceId& workspace) {
  std::vector<domain::ClusterId> told;
  HP_TRY(const bool gone,
         write(context_.ledger, [&](ledger::Transaction& tx) -> base::Result<bool> {
           told.clear();
           HP_TRY(auto clusters, tx.clusters().list(workspace));
           for (domain::Cluster& cluster : clusters) {
             if (cluster.state == domain::ClusterState::Deleting) continue;
             cluster.state = domain::ClusterState::Deleting;
             cluster.modified_at = context_.clock.wall();
             ++cluster.revision;
             HP_TRYV(tx.clusters().update(cluster));
             told.push_back(cluster.id);
           }
           return clusters.empty();
         }));
  for (const domain::ClusterId& id : told) context_.control.cluster_changed(id);
  return gone;
}

/// Whether all of them have ended.
base::Result<bool> LongOperations::stop_runs_of(const domain::WorkspaceId& workspace) {
  HP_TRY(const auto runs, read(context_.ledger, [&](ledger::Transaction& tx) {
           return unfinished_of(tx, workspace);
         }));
  for (const domain::Run& run : runs) {
    HP_TRYV(stop_run(run));
  }
  return runs.empty();
}

base::Result<LongOperations::Progress> LongOperations::delete_workspace(
    const domain::Operation& operation) {
  const domain::WorkspaceId& workspace = operation.workspace_id;
  HP_TRY(const bool clusters_gone, delete_clusters(workspace));
  HP_TRY(const bool runs_ended, stop_runs_of(workspace));
  if (!clusters_gone || !runs_ended) return Progress::Waits;
  HP_TRYV(remove_run_directories(context_, workspace));
  return write(context_.ledger, [&](ledger::Transaction& tx) -> base::Result<Progress> {
    HP_TRY(const auto clusters, tx.clusters().list(workspace));
    HP_TRY(const auto runs, unfinished_of(tx, workspace));
    if (!clusters.empty() || !runs.empty()) return Progress::Waits;
    HP_TRY(const auto there, tx.workspaces().find(workspace));
    if (there) {
      HP_TRYV(tx.workspaces().remove(workspace));
    }
    HP_TRYV(succeed(context_, tx, operation));
    return Progress::Done;
  });
}

/// What was to be removed can be used again, and its removal tried again.
base::Result<void> LongOperations::fail(domain::Operation operation, const base::Error& error) {
  operation.state = domain::OperationState::Failed;
  operation.ended_at = context_.clock.wall();
  operation.error_code = error.reason.empty() ? base::to_string(error.code) : error.reason;
  operation.error_message = error.message;
  return context_.ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRYV(tx.operations().update(operation));
    HP_TRY(auto run, tx.runs().find(operation.workspace_id, operation.run_id));
    if (run && run->deletion == operation.id) {
      run->deletion = {};
      HP_TRYV(tx.runs().update(std::move(*run)));
    }
    HP_TRY(auto experiment, tx.experiments().find(operation.experiment_id));
    if (experiment && experiment->deletion == operation.id) {
      experiment->deletion = {};
      HP_TRYV(tx.experiments().update(*experiment));
    }
    HP_TRY(auto workspace, tx.workspaces().find(operation.workspace_id));
    if (workspace && workspace->deletion == operation.id) {
      workspace->deletion = {};
      HP_TRYV(tx.workspaces().update(*workspace));
    }
    return base::success();
  });
}

base::Result<void> LongOperations::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    waiting_ = true;  // What ends while it looks may be just what it looks for.
    lock.unlock();
    HP_TRY(const bool waits, step());
    lock.lock();
    waiting_ = waits;
    const auto ready = [&] { return woken_ || stopping_; };
    if (waits) {
      changed_.wait_for(lock, kLookAgain, ready);
    } else {
      changed_.wait(lock, ready);
    }
  }
  return base::success();
}

void LongOperations::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void LongOperations::something_ended() {
  if (waiting_) wake();
}

void LongOperations::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
}

}  // namespace homeport::service
