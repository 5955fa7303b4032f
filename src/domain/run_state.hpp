#pragma once

#include <array>
#include <string_view>

#include "base/result.hpp"

namespace homeport::domain {

enum class RunState {
  NotStarted,  ///< recorded, nothing asked of us yet (a run that its own client drives)
  Queued,      ///< waits for nodes
  Preparing,   ///< has nodes; its environment or data is being made
  Starting,    ///< claimed; its processes are about to start
  Running,
  NotResponding,  ///< an agent is silent; the only state that may go back
  CancelRequested,
  Finalizing,  ///< its processes have ended; outputs are being collected
  Completed,
  Failed,
  Canceled,
};

enum class RunEvent {
  Submitted,
  Claimed,  ///< the fencing commit: nodes and token are its own
  PrepareBegan,
  PrepareEnded,
  Started,  ///< user code runs
  WentSilent,
  Heard,
  NodeLost,  ///< back to the queue, attempt counted
  CancelAsked,
  ProcessesEnded,
  Succeeded,
  Failed,
  Canceled,
};

struct RunTransition {
  RunState from;
  RunEvent event;
  RunState to;
};

/// Every legal step of a run's life; anything not listed is refused. The ledger makes its
/// `state IN (...)` guards from this table, and a test holds the diagram in ARCHITECTURE.md against
/// it.
inline constexpr std::array kRunTransitions{
    RunTransition{RunState::NotStarted, RunEvent::Submitted, RunState::Queued},
    RunTransition{RunState::NotStarted, RunEvent::Started, RunState::Running},
    RunTransition{RunState::NotStarted, RunEvent::Succeeded, RunState::Completed},
    RunTransition{RunState::NotStarted, RunEvent::Failed, RunState::Failed},
    RunTransition{RunState::NotStarted, RunEvent::Canceled, RunState::Canceled},
    RunTransition{RunState::NotStarted, RunEvent::CancelAsked, RunState::Canceled},
    RunTransition{RunState::Queued, RunEvent::Claimed, RunState::Starting},
    RunTransition{RunState::Queued, RunEvent::Failed, RunState::Failed},
    RunTransition{RunState::Queued, RunEvent::CancelAsked, RunState::Canceled},
    RunTransition{RunState::Starting, RunEvent::PrepareBegan, RunState::Preparing},
    RunTransition{RunState::Starting, RunEvent::Started, RunState::Running},
    RunTransition{RunState::Starting, RunEvent::NodeLost, RunState::Queued},
    RunTransition{RunState::Starting, RunEvent::ProcessesEnded, RunState::Finalizing},
    RunTransition{RunState::Starting, RunEvent::Failed, RunState::Failed},
    RunTransition{RunState::Starting, RunEvent::CancelAsked, RunState::CancelRequested},
    RunTransition{RunState::Preparing, RunEvent::PrepareEnded, RunState::Starting},
    RunTransition{RunState::Preparing, RunEvent::Started, RunState::Running},
    RunTransition{RunState::Preparing, RunEvent::NodeLost, RunState::Queued},
    RunTransition{RunState::Preparing, RunEvent::ProcessesEnded, RunState::Finalizing},
    RunTransition{RunState::Preparing, RunEvent::Failed, RunState::Failed},
    RunTransition{RunState::Preparing, RunEvent::CancelAsked, RunState::CancelRequested},
    RunTransition{RunState::Running, RunEvent::Started, RunState::Running},
    RunTransition{RunState::Running, RunEvent::WentSilent, RunState::NotResponding},
    RunTransition{RunState::Running, RunEvent::NodeLost, RunState::Queued},
    RunTransition{RunState::Running, RunEvent::CancelAsked, RunState::CancelRequested},
    RunTransition{RunState::Running, RunEvent::ProcessesEnded, RunState::Finalizing},
    RunTransition{RunState::Running, RunEvent::Succeeded, RunState::Completed},
    RunTransition{RunState::Running, RunEvent::Failed, RunState::Failed},
    RunTransition{RunState::Running, RunEvent::Canceled, RunState::Canceled},
    RunTransition{RunState::NotResponding, RunEvent::Heard, RunState::Running},
    RunTransition{RunState::NotResponding, RunEvent::NodeLost, RunState::Queued},
    RunTransition{RunState::NotResponding, RunEvent::CancelAsked, RunState::CancelRequested},
    RunTransition{RunState::NotResponding, RunEvent::ProcessesEnded, RunState::Finalizing},
    RunTransition{RunState::NotResponding, RunEvent::Failed, RunState::Failed},
    RunTransition{RunState::CancelRequested, RunEvent::CancelAsked, RunState::CancelRequested},
    RunTransition{RunState::CancelRequested, RunEvent::Canceled, RunState::Canceled},
    RunTransition{RunState::CancelRequested, RunEvent::Succeeded, RunState::Completed},
    RunTransition{RunState::CancelRequested, RunEvent::Failed, RunState::Failed},
    RunTransition{RunState::Finalizing, RunEvent::Succeeded, RunState::Completed},
    RunTransition{RunState::Finalizing, RunEvent::Failed, RunState::Failed},
    RunTransition{RunState::Finalizing, RunEvent::Canceled, RunState::Canceled},
    RunTransition{RunState::Finalizing, RunEvent::CancelAsked, RunState::CancelRequested},
};

/// The state that follows `event`, or Conflict if the table has no such step.
base::Result<RunState> next_state(RunState from, RunEvent event);

constexpr bool is_terminal(RunState state) {
  return state == RunState::Completed || state == RunState::Failed || state == RunState::Canceled;
}

const char* to_string(RunState state);
const char* to_string(RunEvent event);
/// Reads what to_string wrote; Internal otherwise (only the ledger writes it).
base::Result<RunState> parse_run_state(std::string_view text);

}  // namespace homeport::domain
