#pragma once

#include <array>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domain/ids.hpp"

namespace homeport::domain {

enum class NodeState { Preparing, Idle, Running, Leaving, Unusable, Preempted };

enum class NodeEvent {
  Ready,      ///< its agent answered
  Assigned,   ///< an attempt was claimed on it
  Released,   ///< the attempt ended and nothing of it lives there
  Broken,     ///< it could not start, or its agent died
  Evicted,    ///< its low-priority place was taken
  Dismissed,  ///< scale-down or deletion
};

struct NodeTransition {
  NodeState from;
  NodeEvent event;
  NodeState to;
};

/// Every legal step of a node's life; anything not listed is refused.
inline constexpr std::array kNodeTransitions{
    NodeTransition{NodeState::Preparing, NodeEvent::Ready, NodeState::Idle},
    NodeTransition{NodeState::Preparing, NodeEvent::Broken, NodeState::Unusable},
    NodeTransition{NodeState::Preparing, NodeEvent::Dismissed, NodeState::Leaving},
    NodeTransition{NodeState::Idle, NodeEvent::Assigned, NodeState::Running},
    NodeTransition{NodeState::Idle, NodeEvent::Broken, NodeState::Unusable},
    NodeTransition{NodeState::Idle, NodeEvent::Evicted, NodeState::Preempted},
    NodeTransition{NodeState::Idle, NodeEvent::Dismissed, NodeState::Leaving},
    NodeTransition{NodeState::Running, NodeEvent::Released, NodeState::Idle},
    NodeTransition{NodeState::Running, NodeEvent::Broken, NodeState::Unusable},
    NodeTransition{NodeState::Running, NodeEvent::Evicted, NodeState::Preempted},
    NodeTransition{NodeState::Running, NodeEvent::Dismissed, NodeState::Leaving},
    NodeTransition{NodeState::Unusable, NodeEvent::Dismissed, NodeState::Leaving},
    NodeTransition{NodeState::Preempted, NodeEvent::Dismissed, NodeState::Leaving},
};

/// The state that follows, or Conflict if the table has no such step.
base::Result<NodeState> next_state(NodeState from, NodeEvent event);
const char* to_string(NodeState state);
const char* to_string(NodeEvent event);
/// Reads what to_string wrote; Internal otherwise (only the ledger writes it).
base::Result<NodeState> parse_node_state(std::string_view text);

/// One node of a cluster. What the engine knows of it (address, uid, process) is filled in when
/// ready.
struct Node {
  NodeId id;
  ClusterId cluster_id;
  int index = 0;  ///< in its cluster, the lowest free one at its start
  NodeState state = NodeState::Preparing;
  std::string reason;  ///< why unusable or preempted
  base::TimePoint state_since{};
  std::string host_name;  ///< "nc6-0"
  std::string address;    ///< loopback address of the local engine
  int slot = -1;          ///< place in the local engine: decides address and uid
  int agent_pid = 0;
  uint64_t agent_start_time = 0;  ///< of /proc/PID/stat field 22: tells a reused pid apart
  RunId run_id;                   ///< of the attempt that it serves, empty while none
  std::string reason_code{};      ///< with `reason` where it could not start: "SetupFailed",
                                  ///< "MountFailed"; empty: what the machine is to blame for

  bool operator==(const Node&) const = default;
};

}  // namespace homeport::domain
