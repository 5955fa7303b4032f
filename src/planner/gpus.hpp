#pragma once

namespace homeport::planner {

/// GPUs that a gang is given for itself: as many on every node as its size has. 0 if the size has
/// none, or if this machine could never give that many: the gang then uses the CPU, on every node.
constexpr int gpus_of_gang(int per_node, int nodes, int of_machine) {
  return per_node > 0 && nodes > 0 && per_node <= of_machine / nodes ? per_node * nodes : 0;
}

}  // namespace homeport::planner
