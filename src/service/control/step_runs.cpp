// The life of a claimed run: what is written, launched, stopped and ended as its agents report.

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "planner/layout.hpp"
#include "service/control/step.hpp"

namespace homeport::service::control {

using domain::RunEvent;
using domain::RunState;
using engine::AttemptPhase;

namespace {

base::TimePoint first_start(const LiveRun& live) {
  std::optional<base::TimePoint> first;
  for (const auto& process : live.attempt.processes) {
    if (process.started_at && (!first || *process.started_at < *first)) first = process.started_at;
  }
  return first.value_or(base::TimePoint{});
}

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

void Step::on(const RunSubmitted& event, const Rows& rows) {
  const auto row = rows.runs.find(event.run);
  if (row == rows.runs.end() || !row->second) return;
  const domain::Run& run = *row->second;
  if (!run.spec || run.state != RunState::Queued || board_.live.find(event.run) != nullptr) return;
  if (board_.clusters.find(run.spec->cluster_id) == nullptr) {
    learn_cluster(run.spec->cluster_id, rows);
  }
  if (board_.clusters.find(run.spec->cluster_id) == nullptr) {
    end_waiting(run, RunEvent::Failed,
                domain::RunError{"ClusterNotFound",
                                 fmt::format("cluster '{}' is not there", run.spec->target)});
    return;
  }
  board_.waiting.add(std::make_shared<const domain::Run>(run));
}

void Step::on(const CancelRequested& event, const Rows& rows) {
  const auto row = rows.runs.find(event.run);
  if (row == rows.runs.end()) return;
  if (LiveRun* live = board_.live.edit(event.run)) {
    if (row->second && !domain::is_terminal(row->second->state)) live->state = row->second->state;
    ask_to_cancel(*live, {Outcome::Canceled, "canceled on request", std::nullopt});
    return;
  }
  if (row->second && row->second->state == RunState::Queued) {
    end_waiting(*row->second, RunEvent::CancelAsked, std::nullopt);
  }
  board_.waiting.remove(event.run);
}

void Step::on(const AttemptReported& event, const Rows&) {
  const NodeEntry* node = board_.nodes.find(event.node);
  if (node == nullptr || take_setup_report(event)) return;
  const engine::AttemptReport& report = event.report;
  LiveRun* live = node->live ? board_.live.edit(*node->live) : nullptr;
  if (live == nullptr || live->attempt.token != report.token ||
      live->attempt.run_id != report.run_id || live->attempt.number != report.number) {
    // An attempt that is over for us. Its agent may not know: it forgets it, once it has ended.
    order([id = event.node, run = report.run_id, token = report.token,
           ended = report.phase == AttemptPhase::Ended](engine::Engine& engine) {
      if (ended) {
        engine.forget_attempt(id, run, token);
      } else {
        engine.stop_attempt(id, run, token, {}, std::chrono::milliseconds(0));
      }
    });
    return;
  }
  set_silent(event.node, false);
  touched_.insert(*node->live);
  const auto at = static_cast<size_t>(live->part_on(event.node) - live->parts.data());
  if (!live->parts[at].dead) merge(*live, at, report);
}

void Step::end_waiting(const domain::Run& run, RunEvent event,
                       std::optional<domain::RunError> error) {
  RunChange& change = changes_.runs[key_of(run)];
  if (change.events.empty()) change.expected = RunState::Queued;
  change.events.push_back(event);
  change.ended_at = now_.wall;
  change.error = std::move(error);
  board_.waiting.remove(key_of(run));
}

void Step::ask_to_cancel(LiveRun& live, Ending ending) {
  touched_.insert(key_of(*live.run));
  live.cancel_asked = true;
  if (!live.ending || live.ending->outcome == Outcome::Requeued) live.ending = std::move(ending);
}

bool Step::take(LiveRun& live, RunEvent event) {
  if (live.ended_elsewhere) return false;
  const auto next = domain::next_state(live.state, event);
  if (!next) return false;
  RunChange& change = changes_.runs[key_of(*live.run)];
  if (change.events.empty()) change.expected = live.state;
  change.events.push_back(event);
  live.state = next.value();
  return true;
}

/// Looks at every live run, so it changes (and copies) only those that are due.
void Step::watch_time() {
  std::vector<planner::RunKey> overtime;
  std::vector<planner::RunKey> deaf;
  for (const auto& [key, live] : board_.live.all()) {
    const auto& longest = live.run->spec->max_duration;
    if (longest && live.running_since && !live.ending) {
      const base::TimePoint due = *live.running_since + *longest;
      due <= now_.steady ? overtime.push_back(key) : wake(due);
    }
    if (live.stop_by) *live.stop_by <= now_.steady ? deaf.push_back(key) : wake(*live.stop_by);
  }
  for (const planner::RunKey& key : overtime) end_overtime(*board_.live.edit(key));
  for (const planner::RunKey& key : deaf) end_deaf_nodes(*board_.live.edit(key));
}

void Step::end_overtime(LiveRun& live) {
  const std::string sentence = fmt::format("canceled after its longest duration of {} s",
                                           live.run->spec->max_duration->count());
  ask_to_cancel(live, {Outcome::Canceled, sentence,
                       domain::RunError{"MaxDurationExceeded", "The run was " + sentence}});
}

void Step::end_deaf_nodes(LiveRun& live) {
  live.stop_by = now_.steady + tools_.policy.stop_slack;
  wake(*live.stop_by);
  if (live.ending->outcome == Outcome::Completed && every_process_ended(live)) return;
  for (const Part& part : live.parts) {
    if (!part.over()) end_node(part.node, "it did not carry out a stop");
  }
}

void Step::settle(const planner::RunKey& key) {
  LiveRun* live = board_.live.edit(key);
  if (live == nullptr) return;
  decide(*live, tools_.policy.most_attempts);
  recall(*live);
  record_progress(*live);
  launch(*live);
  stop(*live);
  if (live->ending && every_part_over(*live)) finish(*live);
}

/// Known before its processes are told to stop: the next server would take the way they end for a
/// failure of their own.
void Step::recall(LiveRun& live) {
  if (!live.ending || live.ending->outcome != Outcome::Requeued) return;
  if (!live.attempt.recalled.empty() || live.ended_elsewhere) return;
  live.attempt.recalled = live.ending->sentence;
  changes_.attempts[key_of(*live.run)] = live.attempt;
}

/// The cluster of a run was made smaller, and the run is not to be waited for.
void Step::interrupt(const planner::Interruption& interruption) {
  LiveRun* live = board_.live.edit(interruption.run);
  if (live == nullptr || live->ending) return;
  const auto* cluster = board_.clusters.find(live->run->spec->cluster_id);
  const std::string sentence = fmt::format("cluster '{}' was made smaller", cluster->row.name);
  if (interruption.how == domain::Deallocation::Terminate) {
    ask_to_cancel(*live,
                  {Outcome::Canceled, sentence, domain::RunError{"ClusterResized", sentence}});
  } else {
    live->ending = Ending{Outcome::Requeued, sentence, std::nullopt};
    live->ending->gentle = true;
  }
  settle(interruption.run);
}

void Step::record_start(LiveRun& live) {
  live.start_recorded = true;
  live.running_since = now_.steady;
  if (const auto& longest = live.run->spec->max_duration) wake(now_.steady + *longest);
  const bool taken = take(live, RunEvent::Started);
  live.attempt.state = domain::AttemptState::Running;
  changes_.attempts[key_of(*live.run)] = live.attempt;
  if (!taken) return;
  RunChange& change = changes_.runs[key_of(*live.run)];
  change.started_at = first_start(live);
  change.warnings = live.warnings;
}

void Step::record_progress(LiveRun& live) {
  const auto any_part = [&](auto property) {
    return std::any_of(live.parts.begin(), live.parts.end(), property);
  };
  if (any_process_started(live) && !live.start_recorded) record_start(live);
  const bool builds =
      any_part([](const Part& part) { return part.phase == AttemptPhase::Building; });
  if (live.state == RunState::Starting && builds && !live.ending) {
    take(live, RunEvent::PrepareBegan);
  }
  if (live.state == RunState::Preparing && every_part_prepared(live)) {
    take(live, RunEvent::PrepareEnded);
  }
  const bool silent = any_part([](const Part& part) { return part.silent && !part.over(); });
  if (live.state == RunState::Running && silent) take(live, RunEvent::WentSilent);
  if (live.state == RunState::NotResponding && !silent) take(live, RunEvent::Heard);
  if (live.cancel_asked && live.state != RunState::CancelRequested &&
      take(live, RunEvent::CancelAsked) && live.ending->outcome == Outcome::Canceled) {
    changes_.runs[key_of(*live.run)].error = live.ending->error;  // The next server asks why.
  }
  const bool collecting = live.ending && live.ending->outcome != Outcome::Requeued &&
                          every_process_ended(live) && !every_part_over(live);
  if (collecting && live.state == RunState::Running) {
    take(live, RunEvent::ProcessesEnded);
    changes_.attempts[key_of(*live.run)] = live.attempt;  // How they ended outlives this server.
  }
}

/// A part that still says Prepared is told again: its agent may not have heard.
void Step::launch(LiveRun& live) {
  if (live.ending || live.parts.size() == 1 || !every_part_prepared(live)) return;
  for (const Part& part : live.parts) {
    if (part.phase != AttemptPhase::Prepared) continue;
    order([node = part.node, run = live.attempt.run_id, token = live.attempt.token](
              engine::Engine& engine) { engine.launch_attempt(node, run, token); });
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
