#include "service/control/live_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "planner/layout.hpp"

namespace homeport::service::control {
namespace {

using domain::ProcessRecord;
using engine::AttemptPhase;

/// `out_of_memory`: the kernel says so.
std::string end_of(const ProcessRecord& process, bool out_of_memory) {
  const char* known = out_of_memory ? ": its node was out of memory" : "";
  if (process.signal == 0)
    return fmt::format("ended with exit code {}{}", process.exit_code, known);
  const char* name = ::sigabbrev_np(process.signal);
  const bool guess = process.signal == 9 && !out_of_memory;
  return fmt::format("was ended by signal {} (SIG{}{}){}", process.signal, name ? name : "?",
                     guess ? "; often: out of memory" : "", known);
}

std::string with_log(std::string sentence, const std::string& log_name, const std::string& tail) {
  if (tail.empty()) return sentence;
  return fmt::format("{}. Last lines of {}:\n{}", sentence, log_name, tail);
}

Ending failed(std::string code, std::string sentence, std::string message) {
  return {Outcome::Failed, std::move(sentence),
          domain::RunError{std::move(code), std::move(message)}};
}

bool went_well(const ProcessRecord& process) {
  return process.ended_at && process.exit_code == 0 && process.signal == 0;
}

/// A server that ends by itself is a failure only if it says so.
bool went_wrong(const ProcessRecord& process) {
  return process.ended_at && (process.exit_code != 0 || process.signal != 0);
}

/// Of which an agent sends the last lines.
const std::string& shown_log(const ProcessRecord& process) {
  return process.error_log_name.empty() ? process.log_name : process.error_log_name;
}

Ending failure_of(const LiveRun& live, size_t at) {
  const ProcessRecord& process = live.attempt.processes[at];
  const Part& part = live.parts[static_cast<size_t>(process.node_index)];
  const std::string sentence =
      fmt::format("{}/{} on {} {}", process.role, process.index, part.host_name,
                  end_of(process, live.out_of_memory.count(at) != 0));
  Ending ending =
      failed("UserError", sentence, with_log(sentence, shown_log(process), live.log_tails[at]));
  ending.process = at;
  ending.exit_code = process.signal == 0 ? process.exit_code : 128 + process.signal;
  return ending;
}

std::optional<Ending> process_failure(const LiveRun& live) {
  std::optional<size_t> first;
  for (size_t i = 0; i < live.attempt.processes.size(); ++i) {
    const ProcessRecord& process = live.attempt.processes[i];
    if (!went_wrong(process)) continue;
    if (!first || *process.ended_at < *live.attempt.processes[*first].ended_at) first = i;
  }
  if (!first) return std::nullopt;
  return failure_of(live, *first);
}

bool counted_went_well(const LiveRun& live, std::optional<int> on_node) {
  return std::all_of(live.attempt.processes.begin(), live.attempt.processes.end(),
                     [&](const ProcessRecord& process) {
                       if (on_node && process.node_index != *on_node) return true;
                       return !planner::is_counted(process) || went_well(process);
                     });
}

std::optional<Ending> loss(const LiveRun& live, int most_attempts) {
  for (size_t i = 0; i < live.parts.size(); ++i) {
    const Part& part = live.parts[i];
    if (part.loss.empty() || part.phase == AttemptPhase::Ended) continue;
    const std::string sentence = fmt::format("node {} was lost: {}", part.host_name, part.loss);
    if (live.restartable && live.attempt.number < most_attempts) {
      return Ending{Outcome::Requeued, sentence, std::nullopt};
    }
    std::string message = sentence;
    if (live.restartable) {
      message +=
          fmt::format(". This was attempt {} of at most {}", live.attempt.number, most_attempts);
    }
    return failed("NodeLost", sentence, message);
  }
  return std::nullopt;
}

std::optional<Ending> find_ending(const LiveRun& live, int most_attempts) {
  if (counted_went_well(live, std::nullopt)) {
    Ending ending{Outcome::Completed, "every process ended with exit code 0", std::nullopt};
    ending.exit_code = 0;
    return ending;
  }
  if (!live.preparation_error.empty()) {
    const bool by_user = !live.preparation_log_tail.empty();
    const std::string& said = live.preparation_code;
    Ending ending = failed(!said.empty() ? said
                           : by_user     ? "UserError"
                                         : "SystemError",
                           live.preparation_error,
                           with_log(live.preparation_error, "its log", live.preparation_log_tail));
    ending.exit_code = live.preparation_exit_code;
    return ending;
  }
  if (auto ending = process_failure(live)) return ending;
  if (auto ending = loss(live, most_attempts)) return ending;
  for (size_t i = 0; i < live.parts.size(); ++i) {
    if (live.parts[i].phase != AttemptPhase::Ended) continue;
    if (counted_went_well(live, static_cast<int>(i))) continue;
    const std::string sentence =
        fmt::format("node {} ended the attempt without saying how its processes ended",
                    live.parts[i].host_name);
    return failed("SystemError", sentence, sentence);
  }
  return std::nullopt;
}

}  // namespace

Part* LiveRun::part_on(const domain::NodeId& node) {
  for (Part& part : parts) {
    if (part.node == node) return &part;
  }
  return nullptr;
}

void merge(LiveRun& live, size_t at, const engine::AttemptReport& report) {
  Part& part = live.parts[at];
  part.phase = std::max(part.phase, report.phase);
  live.log_tails.resize(live.attempt.processes.size());
  for (const engine::ProcessReport& told : report.processes) {
    for (size_t i = 0; i < live.attempt.processes.size(); ++i) {
      ProcessRecord& process = live.attempt.processes[i];
      if (process.role != told.role || process.index != told.index) continue;
      if (process.node_index != static_cast<int>(at)) continue;
      if (!process.started_at && told.started_at != base::TimePoint{}) {
        process.started_at = told.started_at;
      }
      if (live.log_tails[i].empty()) live.log_tails[i] = told.log_tail;
      if (told.out_of_memory) live.out_of_memory.insert(i);
      if (process.ended_at || told.ended_at == base::TimePoint{}) continue;
      process.ended_at = told.ended_at;
      if (!process.started_at) process.started_at = told.ended_at;
      process.exit_code = told.exit_code;
      process.signal = told.signal;
    }
  }
  if (live.preparation_error.empty()) {
    live.preparation_error = report.error;
    live.preparation_log_tail = report.error_log_tail;
    live.preparation_code = report.error_code;
    if (report.error_code == engine::kPreparationFailed) {
      live.preparation_exit_code = report.error_exit_code;
    }
  }
  for (const std::string& warning : report.warnings) {
    domain::RunWarning made{"node " + part.host_name, warning};
    if (std::find(live.warnings.begin(), live.warnings.end(), made) == live.warnings.end()) {
      live.warnings.push_back(std::move(made));
    }
  }
}

void decide(LiveRun& live, int most_attempts) {
  if (!live.ending) {
    live.ending = find_ending(live, most_attempts);
  } else if (live.ending->process) {
    // A restarted server knows the exit code before it hears the last lines of the log again.
    live.ending = failure_of(live, *live.ending->process);
  }
}

bool every_part_over(const LiveRun& live) {
  return std::all_of(live.parts.begin(), live.parts.end(),
                     [](const Part& part) { return part.over(); });
}

bool every_part_prepared(const LiveRun& live) {
  return std::all_of(live.parts.begin(), live.parts.end(), [](const Part& part) {
    return !part.dead && part.phase >= AttemptPhase::Prepared;
  });
}

bool any_process_started(const LiveRun& live) {
  return std::any_of(live.attempt.processes.begin(), live.attempt.processes.end(),
                     [](const ProcessRecord& process) { return process.started_at.has_value(); });
}

bool every_process_ended(const LiveRun& live) {
  if (!live.ending) return false;
  return std::all_of(live.attempt.processes.begin(), live.attempt.processes.end(),
                     [&](const ProcessRecord& process) {
                       const Part& part = live.parts[static_cast<size_t>(process.node_index)];
                       return process.ended_at || part.over();
                     });
}

}  // namespace homeport::service::control
