#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "engine/engine.hpp"
#include "ledger/ledger.hpp"
#include "service/control/attempt_composer.hpp"
#include "service/control/board.hpp"
#include "service/control/control_policy.hpp"
#include "service/control/inbox.hpp"
#include "service/control/port_lease.hpp"
#include "service/control/step.hpp"

namespace homeport::service::control {

/// What the loop works with. References live longer than the loop.
struct ControlParts {
  ledger::Ledger& ledger;
  engine::Engine& engine;  ///< tells its events to `inbox`
  AttemptComposer& composer;
  const base::Clock& clock;
  Inbox& inbox;
  std::function<std::string()> make_token;  ///< random hex, 32 digits or more
  std::function<bool(int)> port_is_free;    ///< can it be bound on the engine's machine
  std::function<void()> on_end{};           ///< told after runs or clusters have ended; quick
  int gpus = 0;                             ///< of the engine's machine, numbered from 0
};

/// The one owner of live state: places runs, scales clusters, follows attempts to their end. What
/// it does is first written to the ledger, then shown on its board, then ordered from the engine;
/// so a new loop over the same ledger goes on where an old one died.
///
/// Service functions write what a client asked for (a Queued run, a CancelRequested one, a
/// cluster's new scale or its Deleting state) and then tell the inbox.
class ControlLoop {
 public:
  explicit ControlLoop(ControlParts parts, ControlPolicy policy = {});

  /// Reads everything unfinished from the ledger and has the engine find its nodes again. Call
  /// once, before the first step. The ledger's errors.
  base::Result<void> load();

  /// Deals with all that the inbox holds. Returns how long nothing needs doing without a new event
  /// (nullopt: for ever). An error means that the loop cannot go on: the ledger's outcome is
  /// unknown (Unavailable), or it contradicts what the loop knows (all others); a new loop must be
  /// made. A full disk is no error: the step is taken back and tried again after
  /// ControlPolicy::write_retry.
  base::Result<std::optional<base::Duration>> step();

  /// load() must have been called. Steps until stop(), or until a step fails: then with its error.
  base::Result<void> run();
  /// Makes run() return soon. Any thread.
  void stop();

  /// Why a run waits and, where that can be told, when it is expected to start, in words; nullopt
  /// if it does not wait. Any thread.
  std::optional<std::string> why(const domain::WorkspaceId& workspace,
                                 const domain::RunId& run) const;
  /// The nodes that a cluster should have now; nullopt if it is not known. Any thread.
  std::optional<int> target_nodes(const domain::ClusterId& cluster) const;

 private:
  Moment now() const;
  void show_cluster(const domain::Cluster& row);
  void show_node(const domain::Node& row, base::TimePoint now);
  void show_attempt(domain::Attempt attempt, std::vector<domain::Run>& runs);
  base::Result<Rows> read_rows(const std::deque<Event>& events) const;
  void reconcile(const Mismatch& mismatch);
  base::Result<void> try_step(const std::deque<Event>& events, bool& again);
  bool forecast_is_due() const;
  void take_forecast(Step& step, bool foresaw);
  std::optional<base::Duration> until(std::optional<base::TimePoint> at) const;

  ControlParts parts_;
  ControlPolicy policy_;
  PortLease ports_;
  Board board_;
  base::Duration steady_offset_;  ///< from the monotonic clock to steady time
  bool repaired_ = false;
  std::optional<base::TimePoint> foreseen_at_;  ///< steady; of the last forecast
  std::vector<domain::Run> orphans_;
  std::set<planner::RunKey> reconciled_;     ///< since the last step that was written
  std::optional<base::TimePoint> retry_at_;  ///< steady; after a failed write
  std::optional<base::TimePoint> wake_at_;   ///< steady; as the last step left it
  std::atomic<bool> stopping_ = false;
};

}  // namespace homeport::service::control
