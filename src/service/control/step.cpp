#include "service/control/step.hpp"

#include <algorithm>
#include <utility>

namespace homeport::service::control {

Step::Step(Board& board, StepTools tools, Moment now) : board_(board), tools_(tools), now_(now) {
  changes_.wall = now.wall;
}

void Step::order(std::function<void(engine::Engine&)> what) {
  changes_.orders.push_back(std::move(what));
}

void Step::wake(base::TimePoint at) {
  if (!wake_at_ || at < *wake_at_) wake_at_ = at;
}

void Step::take_in(const Event& event, const Rows& rows) {
  std::visit([&](const auto& told) { on(told, rows); }, event);
}

void Step::repair(const std::vector<domain::Run>& orphans) {
  for (const domain::Run& run : orphans) {
    const bool cancel = run.state == domain::RunState::CancelRequested;
    RunChange& change = changes_.runs[key_of(run)];
    change.expected = run.state;
    change.events = {cancel ? domain::RunEvent::Canceled : domain::RunEvent::Failed};
    change.ended_at = now_.wall;
    if (!cancel) {
      change.error = domain::RunError{"SystemError", "the run had no attempt after a restart"};
    }
  }
  std::vector<domain::NodeId> freed;
  for (const auto& [id, node] : board_.nodes.all()) {
    if (node.row.state == domain::NodeState::Running && !node.live) freed.push_back(id);
  }
  for (const domain::NodeId& id : freed) {
    NodeEntry& node = *board_.nodes.edit(id);
    node.row.run_id = {};
    move(node, domain::NodeEvent::Released, "");
  }
  for (const auto& [key, live] : board_.live.all()) touched_.insert(key);
}

void Step::conclude() {
  watch_silence();
  sweep_deleted_clusters();
  watch_time();
  for (const planner::RunKey& key : std::exchange(touched_, {})) settle(key);
  for (const auto& [key, live] : board_.live.all()) {
    for (const auto& process : live.attempt.processes) ports_taken_.insert(process.port);
    gpus_taken_.insert(live.attempt.gpus.begin(), live.attempt.gpus.end());
  }
  carry_out(planner::plan(snapshot(), now_.steady));
  finish_deletions();
  if (tools_.foresees && board_.waiting.size() > 0) foresee();
}

}  // namespace homeport::service::control
