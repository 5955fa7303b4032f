// The life of a claimed run: what is written and launched as its agents report.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

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

/// A preparation of the run's own is a part of it; what readies its nodes is not.
void Step::time_from_now(LiveRun& live) {
  live.running_since = now_.steady;
  if (const auto& longest = live.run->spec->max_duration) wake(now_.steady + *longest);
}

void Step::record_start(LiveRun& live) {
  live.start_recorded = true;
  if (!live.running_since) time_from_now(live);
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

}  // namespace homeport::service::control
