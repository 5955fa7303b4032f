#include "domain/node.hpp"

#include <fmt/format.h>

namespace homeport::domain {

base::Result<NodeState> next_state(NodeState from, NodeEvent event) {
  for (const NodeTransition& step : kNodeTransitions) {
    if (step.from == from && step.event == event) return step.to;
  }
  return base::conflict("NodeTransition", fmt::format("a node that is {} cannot take the step {}",
                                                      to_string(from), to_string(event)));
}

const char* to_string(NodeState state) {
  switch (state) {
    case NodeState::Preparing:
      return "preparing";
    case NodeState::Idle:
      return "idle";
    case NodeState::Running:
      return "running";
    case NodeState::Leaving:
      return "leaving";
    case NodeState::Unusable:
      return "unusable";
    case NodeState::Preempted:
      return "preempted";
  }
  return "unusable";
}

const char* to_string(NodeEvent event) {
  switch (event) {
    case NodeEvent::Ready:
      return "ready";
    case NodeEvent::Assigned:
      return "assigned";
    case NodeEvent::Released:
      return "released";
    case NodeEvent::Broken:
      return "broken";
    case NodeEvent::Evicted:
      return "evicted";
    case NodeEvent::Dismissed:
      return "dismissed";
  }
  return "broken";
}

base::Result<NodeState> parse_node_state(std::string_view text) {
  for (NodeState state : {NodeState::Preparing, NodeState::Idle, NodeState::Running,
                          NodeState::Leaving, NodeState::Unusable, NodeState::Preempted}) {
    if (text == to_string(state)) return state;
  }
  return base::internal(fmt::format("the ledger holds a node state '{}' that nobody knows", text));
}

}  // namespace homeport::domain
