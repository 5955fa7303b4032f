#include "service/control/control_loop.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace homeport::service::control {
namespace {

// Each try follows a step that somebody else took in between; more than a few means that the loop
// and the ledger do not understand each other.
constexpr int kTries = 8;
/// Between the tries of a step that others kept changing the ground of.
constexpr base::Duration kBurstPause{1000};

}  // namespace

ControlLoop::ControlLoop(ControlParts parts, ControlPolicy policy)
    : parts_(std::move(parts)),
      policy_(policy),
      ports_(policy.first_port, policy.last_port, parts_.port_is_free),
      steady_offset_(parts_.clock.wall().time_since_epoch() - parts_.clock.monotonic()) {}

Moment ControlLoop::now() const {
  return {parts_.clock.wall(), base::TimePoint(parts_.clock.monotonic() + steady_offset_)};
}

base::Result<Rows> ControlLoop::read_rows(const std::deque<Event>& events) const {
  Rows rows;
  const bool asks = std::any_of(events.begin(), events.end(), [](const Event& event) {
    return std::holds_alternative<RunSubmitted>(event) ||
           std::holds_alternative<CancelRequested>(event) ||
           std::holds_alternative<ClusterChanged>(event);
  });
  if (!asks) return rows;
  HP_TRYV(parts_.ledger.read([&](ledger::Transaction& transaction) -> base::Result<void> {
    const auto read_run = [&](const planner::RunKey& key) -> base::Result<void> {
      HP_TRY(auto row, transaction.runs().find(key.workspace_id, key.run_id));
      if (row && row->spec && board_.clusters.find(row->spec->cluster_id) == nullptr) {
        HP_TRY(auto cluster, transaction.clusters().find(row->spec->cluster_id));
        rows.clusters[row->spec->cluster_id] = std::move(cluster);
      }
      rows.runs[key] = std::move(row);
      return base::success();
    };
    for (const Event& event : events) {
      if (const auto* submitted = std::get_if<RunSubmitted>(&event)) {
        HP_TRYV(read_run(submitted->run));
      } else if (const auto* cancel = std::get_if<CancelRequested>(&event)) {
        HP_TRYV(read_run(cancel->run));
      } else if (const auto* changed = std::get_if<ClusterChanged>(&event)) {
        HP_TRY(auto cluster, transaction.clusters().find(changed->cluster));
        rows.clusters[changed->cluster] = std::move(cluster);
      }
    }
    return base::success();
  }));
  return rows;
}

/// The ledger is right: somebody else (a cancel that was just acknowledged) took the run further.
void ControlLoop::reconcile(const Mismatch& mismatch) {
  const bool over = !mismatch.row || domain::is_terminal(mismatch.row->state);
  if (!mismatch.row || mismatch.row->state != domain::RunState::Queued) {
    board_.waiting.remove(mismatch.run);
  }
  std::erase_if(orphans_, [&](const domain::Run& run) {
    return planner::RunKey{run.workspace_id, run.id} == mismatch.run;
  });
  LiveRun* live = board_.live.edit(mismatch.run);
  if (live == nullptr) return;
  reconciled_.insert(mismatch.run);
  live->cancel_asked = true;
  live->ended_elsewhere = over;
  if (!over) live->state = mismatch.row->state;
  if (!live->ending || live->ending->outcome == Outcome::Requeued) {
    live->ending = Ending{Outcome::Canceled, "canceled on request", std::nullopt};
  }
}

base::Result<void> ControlLoop::try_step(const std::deque<Event>& events, bool& again) {
  again = false;
  HP_TRY(const Rows rows, read_rows(events));
  const bool foresees = forecast_is_due();
  Step step(board_,
            {parts_.composer, ports_, policy_, parts_.make_token, parts_.engine.capacity(),
             parts_.gpus, foresees},
            now());
  if (!repaired_) step.repair(orphans_);
  for (const planner::RunKey& run : reconciled_) step.look_at(run);
  for (const Event& event : events) step.take_in(event, rows);
  step.conclude();
  std::vector<Mismatch> mismatches;
  auto written = write_changes(parts_.ledger, step.changes(), board_, mismatches);
  if (!written) {
    board_.take_back();
    for (const Mismatch& mismatch : mismatches) reconcile(mismatch);
    board_.keep();
    again = !mismatches.empty();
    return again ? base::Result<void>(base::success()) : written;
  }
  board_.keep();
  board_.waiting.set_outlooks(step.take_outlooks());
  repaired_ = true;
  reconciled_.clear();
  wake_at_ = step.wake_at();
  take_forecast(step, foresees);
  for (const auto& order : step.changes().orders) order(parts_.engine);
  if (parts_.on_end && step.changes().ends_something()) parts_.on_end();
  return base::success();
}

bool ControlLoop::forecast_is_due() const {
  return !foreseen_at_ || now().steady >= *foreseen_at_ + policy_.forecast_interval;
}

/// A step that was too early for a forecast is followed by one that is not.
void ControlLoop::take_forecast(Step& step, bool foresaw) {
  if (board_.waiting.size() == 0) return;
  if (foresaw) {
    foreseen_at_ = now().steady;
    board_.waiting.set_expected_starts(step.take_expected_starts());
    return;
  }
  const base::TimePoint due = *foreseen_at_ + policy_.forecast_interval;
  if (!wake_at_ || due < *wake_at_) wake_at_ = due;
}

std::optional<base::Duration> ControlLoop::until(std::optional<base::TimePoint> at) const {
  if (!at) return std::nullopt;
  return std::max(base::Duration(0), *at - now().steady);
}

base::Result<std::optional<base::Duration>> ControlLoop::step() {
  if (retry_at_ && now().steady < *retry_at_) return until(retry_at_);
  retry_at_.reset();
  std::deque<Event> events = parts_.inbox.take_all();
  for (int i = 0; i < kTries; ++i) {
    bool again = false;
    auto done = try_step(events, again);
    if (done && again) continue;
    if (done) return until(wake_at_);
    if (done.error().code != base::ErrorCode::ResourceExhausted) return std::move(done).error();
    spdlog::warn("nothing can be written now, tried again soon: {}", done.error().message);
    parts_.inbox.put_back(std::move(events));
    retry_at_ = now().steady + policy_.write_retry;
    return until(retry_at_);
  }
  // A burst of cancels: each try learnt of some, the next ones learn of the rest.
  parts_.inbox.put_back(std::move(events));
  retry_at_ = now().steady + kBurstPause;
  return until(retry_at_);
}

base::Result<void> ControlLoop::run() {
  while (!stopping_) {
    HP_TRY(const auto pause, step());
    if (stopping_) break;
    if (retry_at_) {
      // Events are waiting already: only time helps, or being stopped.
      parts_.inbox.wait_for_wake(*pause);
    } else {
      parts_.inbox.wait(pause);
    }
  }
  return base::success();
}

void ControlLoop::stop() {
  stopping_ = true;
  parts_.inbox.wake();
}

std::optional<std::string> ControlLoop::why(const domain::WorkspaceId& workspace,
                                            const domain::RunId& run) const {
  auto words = board_.waiting.why({workspace, run});
  const auto start = board_.waiting.expected_start({workspace, run});
  if (words && start) *words += "; " + planner::describe_start(*start - now().steady);
  return words;
}

std::optional<int> ControlLoop::target_nodes(const domain::ClusterId& cluster) const {
  return board_.waiting.target_nodes(cluster);
}

}  // namespace homeport::service::control
