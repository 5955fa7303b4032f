#include "domain/run_state.hpp"

#include <fmt/format.h>

namespace homeport::domain {

base::Result<RunState> next_state(RunState from, RunEvent event) {
  for (const RunTransition& step : kRunTransitions) {
    if (step.from == from && step.event == event) return step.to;
  }
  return base::conflict("RunTransition", fmt::format("a run that is {} cannot take the step {}",
                                                     to_string(from), to_string(event)));
}

const char* to_string(RunState state) {
  switch (state) {
    case RunState::NotStarted:
      return "NotStarted";
    case RunState::Queued:
      return "Queued";
    case RunState::Preparing:
      return "Preparing";
    case RunState::Starting:
      return "Starting";
    case RunState::Running:
      return "Running";
    case RunState::NotResponding:
      return "NotResponding";
    case RunState::CancelRequested:
      return "CancelRequested";
    case RunState::Finalizing:
      return "Finalizing";
    case RunState::Completed:
      return "Completed";
    case RunState::Failed:
      return "Failed";
    case RunState::Canceled:
      return "Canceled";
  }
  return "Failed";
}

const char* to_string(RunEvent event) {
  switch (event) {
    case RunEvent::Submitted:
      return "Submitted";
    case RunEvent::Claimed:
      return "Claimed";
    case RunEvent::PrepareBegan:
      return "PrepareBegan";
    case RunEvent::PrepareEnded:
      return "PrepareEnded";
    case RunEvent::Started:
      return "Started";
    case RunEvent::WentSilent:
      return "WentSilent";
    case RunEvent::Heard:
      return "Heard";
    case RunEvent::NodeLost:
      return "NodeLost";
    case RunEvent::CancelAsked:
      return "CancelAsked";
    case RunEvent::ProcessesEnded:
      return "ProcessesEnded";
    case RunEvent::Succeeded:
      return "Succeeded";
    case RunEvent::Failed:
      return "Failed";
    case RunEvent::Canceled:
      return "Canceled";
  }
  return "Failed";
}

base::Result<RunState> parse_run_state(std::string_view text) {
  for (RunState state :
       {RunState::NotStarted, RunState::Queued, RunState::Preparing, RunState::Starting,
        RunState::Running, RunState::NotResponding, RunState::CancelRequested, RunState::Finalizing,
        RunState::Completed, RunState::Failed, RunState::Canceled}) {
    if (text == to_string(state)) return state;
  }
  return base::internal(fmt::format("the ledger holds a run state '{}' that nobody knows", text));
}

}  // namespace homeport::domain
