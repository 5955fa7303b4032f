// How a claimed run ends: its processes are stopped, its nodes are freed, its row says why.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "service/control/step.hpp"

namespace homeport::service::control {

using domain::RunEvent;
using domain::RunState;

namespace {

std::chrono::milliseconds grace_of(const ControlPolicy& policy, const Ending& ending) {
  if (ending.grace) return *ending.grace;
  if (ending.gentle) return policy.cancel_grace;
  switch (ending.outcome) {
    case Outcome::Completed:
      return policy.server_grace;  // Only servers are left.
    case Outcome::Canceled:
      return policy.cancel_grace;
    case Outcome::Failed:
    case Outcome::Requeued:
      break;
  }
  return policy.failure_grace;
}

std::string name_of(const domain::ProcessRecord& process) {
  return fmt::format("{}/{}", process.role, process.index);
}

/// When its last process ended, as the agents saw it; the server may have been away.
std::optional<base::TimePoint> end_of(const LiveRun& live) {
  std::optional<base::TimePoint> last;
  for (const domain::ProcessRecord& process : live.attempt.processes) {
    if (!process.ended_at) return std::nullopt;
    if (!last || *process.ended_at > *last) last = process.ended_at;
  }
  return last;
}

}  // namespace

void Step::end_deaf_nodes(LiveRun& live) {
  live.stop_by = now_.steady + tools_.policy.stop_slack;
  wake(*live.stop_by);
  if (live.ending->outcome == Outcome::Completed && every_process_ended(live)) return;
  for (const Part& part : live.parts) {
    if (!part.over()) end_node(part.node, "it did not carry out a stop");
  }
}

void Step::stop(LiveRun& live) {
  if (!live.ending) return;
  for (size_t i = 0; i < live.parts.size(); ++i) {
    if (!live.parts[i].over()) stop_part(live, i);
  }
}

void Step::stop_part(LiveRun& live, size_t at) {
  Part& part = live.parts[at];
  std::vector<std::string> names;
  const bool servers_only = live.ending->outcome == Outcome::Completed;
  if (servers_only) {
    for (const auto& process : live.attempt.processes) {
      const bool here = process.node_index == static_cast<int>(at);
      if (here && !process.ended_at) names.push_back(name_of(process));
    }
    // A node without a process of its own was kept for those of others: all of it is stopped.
    const bool serves = std::any_of(
        live.attempt.processes.begin(), live.attempt.processes.end(),
        [&](const auto& process) { return process.node_index == static_cast<int>(at); });
    if (names.empty() && serves) return;
  }
  const Stop wanted = servers_only ? Stop::Servers : Stop::All;
  if (part.stop >= wanted) return;
  part.stop = wanted;
  const auto grace = grace_of(tools_.policy, *live.ending);
  if (!live.stop_by) live.stop_by = now_.steady + grace + tools_.policy.stop_slack;
  wake(*live.stop_by);
  order([node = part.node, run = live.attempt.run_id, token = live.attempt.token, names,
         grace](engine::Engine& engine) { engine.stop_attempt(node, run, token, names, grace); });
}

void Step::release_nodes(const LiveRun& live) {
  for (const Part& part : live.parts) {
    NodeEntry* node = board_.nodes.edit(part.node);
    if (node == nullptr || node->live != key_of(*live.run)) continue;
    node->live.reset();
    node->row.run_id = {};
    if (node->row.state == domain::NodeState::Running) move(*node, domain::NodeEvent::Released, "");
    if (!part.dead) {
      order([id = part.node, run = live.attempt.run_id, token = live.attempt.token](
                engine::Engine& engine) { engine.forget_attempt(id, run, token); });
    }
    if (node->row.state == domain::NodeState::Preempted) stop_evicted(*node);
  }
}

void Step::end_run(LiveRun& live) {
  bool taken = false;
  switch (live.ending->outcome) {
    case Outcome::Completed:
      taken = take(live, RunEvent::Succeeded);
      break;
    case Outcome::Failed:
      taken = take(live, RunEvent::Failed);
      break;
    case Outcome::Canceled:
      taken = take(live, RunEvent::Canceled);
      break;
    case Outcome::Requeued:
      taken = take(live, RunEvent::NodeLost);
      break;
  }
  if (live.ended_elsewhere) return;
  if (!taken) {
    // The table has no such step from here (a lost node while outputs were collected): it failed.
    if (!live.ending->error)
      live.ending->error = domain::RunError{"NodeLost", live.ending->sentence};
    taken = take(live, RunEvent::Failed);
  }
  if (!taken) {
    spdlog::error("run {}: no way from {} to its end ({})", live.attempt.run_id.text(),
                  domain::to_string(live.state), live.ending->sentence);
    return;
  }
  RunChange& change = changes_.runs[key_of(*live.run)];
  change.warnings = live.warnings;
  if (!domain::is_terminal(live.state)) return;
  change.ended_at = end_of(live).value_or(now_.wall);
  change.error = live.ending->error;
  change.exit_code = live.ending->exit_code;
}

void Step::finish(LiveRun& live) {
  const planner::RunKey key = key_of(*live.run);
  spdlog::debug("run {} attempt {}: {}", key.run_id.text(), live.attempt.number,
                live.ending->sentence);
  end_run(live);
  learn_duration(live);
  live.attempt.state = domain::AttemptState::Ended;
  live.attempt.ended_at = now_.wall;
  live.attempt.outcome = live.ending->sentence;
  changes_.attempts[key] = live.attempt;
  release_nodes(live);
  if (live.state == RunState::Queued) {
    domain::Run again = *live.run;
    again.state = RunState::Queued;
    again.attempts = live.attempt.number;
    board_.waiting.add(std::make_shared<const domain::Run>(std::move(again)));
  }
  board_.live.erase(key);
}

}  // namespace homeport::service::control
