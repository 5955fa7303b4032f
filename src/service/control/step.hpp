#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "planner/forecast.hpp"
#include "planner/plan.hpp"
#include "service/control/attempt_composer.hpp"
#include "service/control/board.hpp"
#include "service/control/changes.hpp"
#include "service/control/control_policy.hpp"
#include "service/control/inbox.hpp"
#include "service/control/port_lease.hpp"

namespace homeport::service::control {

/// What the ledger says of the runs and clusters that the step's events name.
struct Rows {
  std::map<planner::RunKey, std::optional<domain::Run>> runs;
  std::map<domain::ClusterId, std::optional<domain::Cluster>> clusters;
};

/// What a step works with besides the board.
struct StepTools {
  AttemptComposer& composer;
  PortLease& ports;
  const ControlPolicy& policy;
  const std::function<std::string()>& make_token;
  int capacity;   ///< of the engine
  int gpus;       ///< of the engine's machine
  bool foresees;  ///< whether the step is to say when waiting runs are expected to start
};

/// One step of the control loop: takes in events, changes the board, and collects what has to be
/// written and ordered. Writes and orders nothing itself: if the write fails, the board takes the
/// step back and nothing has happened.
class Step {
 public:
  Step(Board& board, StepTools tools, Moment now);

  /// Brings a freshly loaded board in order: runs that have neither a place in the queue nor an
  /// attempt, nodes that serve an attempt that is over.
  void repair(const std::vector<domain::Run>& orphans);
  /// Looks at a live run again, though no event names it.
  void look_at(const planner::RunKey& run) { touched_.insert(run); }
  void take_in(const Event& event, const Rows& rows);
  /// Deadlines, endings, the plan. Call once, last.
  void conclude();

  const Changes& changes() const { return changes_; }
  std::vector<planner::Outlook> take_outlooks() { return std::move(outlooks_); }
  /// When waiting runs are expected to start, steady; empty unless the step foresees.
  ExpectedStarts take_expected_starts() { return std::move(expected_starts_); }
  /// Steady time at which there is something to do without any event.
  std::optional<base::TimePoint> wake_at() const { return wake_at_; }

 private:
  void on(const RunSubmitted& event, const Rows& rows);
  void on(const CancelRequested& event, const Rows& rows);
  void on(const ClusterChanged& event, const Rows& rows);
  void on(const EvictRequested& event, const Rows& rows);
  void on(const NodeReady& event, const Rows& rows);
  void on(const NodeFailed& event, const Rows& rows);
  void on(const NodeLost& event, const Rows& rows);
  void on(const NodeSilent& event, const Rows& rows);
  void on(const NodeHeard& event, const Rows& rows);
  void on(const NodeGone& event, const Rows& rows);
  void on(const AttemptReported& event, const Rows& rows);

  // Nodes (step_nodes.cpp).
  void learn_cluster(const domain::ClusterId& id, const Rows& rows);
  void move(NodeEntry& node, domain::NodeEvent event, std::string reason);
  void lose(const domain::NodeId& id, const std::string& reason);
  void node_is_up(NodeEntry& node);
  void break_node(NodeEntry& node, const std::string& reason, const std::string& code = {});
  void add_problem(ClusterEntry& cluster, const domain::Node& node);
  void stop_evicted(NodeEntry& node);
  void end_node(const domain::NodeId& id, const std::string& reason);
  void set_silent(const domain::NodeId& id, bool silent);
  void watch_silence();
  LiveRun* live_on(const NodeEntry& node);

  // What a cluster wants done with its nodes first (step_setup.cpp).
  void set_up(NodeEntry& node);
  bool take_setup_report(const AttemptReported& event);

  // Live runs (step_runs.cpp).
  void watch_time();
  void end_overtime(LiveRun& live);
  void settle(const planner::RunKey& key);
  void recall(LiveRun& live);
  void interrupt(const planner::Interruption& interruption);
  void record_progress(LiveRun& live);
  void record_start(LiveRun& live);
  void time_from_now(LiveRun& live);
  void launch(LiveRun& live);
  bool take(LiveRun& live, domain::RunEvent event);
  void ask_to_cancel(LiveRun& live, Ending ending);
  void end_waiting(const domain::Run& run, domain::RunEvent event,
                   std::optional<domain::RunError> error);

  // Their ends (step_endings.cpp).
  void end_deaf_nodes(LiveRun& live);
  void stop(LiveRun& live);
  void stop_part(LiveRun& live, size_t at);
  void finish(LiveRun& live);
  void release_nodes(const LiveRun& live);
  void end_run(LiveRun& live);

  // Placing (step_placing.cpp).
  void sweep_deleted_clusters();
  planner::Snapshot snapshot() const;
  void carry_out(const planner::Plan& plan);
  void claim(const planner::Placement& placement);
  std::optional<std::vector<int>> lease_gpus(const domain::Cluster& cluster, int nodes);
  base::Result<std::vector<engine::AttemptOrder>> compose(const domain::Run& run,
                                                          const domain::Attempt& attempt,
                                                          const domain::ClusterId& cluster);
  void order_start(const domain::Attempt& attempt, std::vector<engine::AttemptOrder> orders);
  void restart_on(const domain::NodeId& node);
  void start_node(const planner::NodeStart& start);
  void show_allocation(const planner::Outlook& outlook);
  void settle_size(const planner::Outlook& outlook);
  void show_gangs(planner::Snapshot& snapshot) const;
  void finish_deletions();

  // What is to be expected (step_foresight.cpp).
  void foresee();
  void expect_end(const LiveRun& live, planner::ForecastInput& input) const;
  void learn_duration(const LiveRun& live);

  void order(std::function<void(engine::Engine&)> what);
  void wake(base::TimePoint at);

  Board& board_;
  StepTools tools_;
  Moment now_;
  Changes changes_;
  std::set<planner::RunKey> touched_;
  std::set<int> ports_taken_;
  std::set<int> gpus_taken_;
  std::vector<planner::Outlook> outlooks_;
  ExpectedStarts expected_starts_;
  std::optional<base::TimePoint> wake_at_;
};

}  // namespace homeport::service::control
