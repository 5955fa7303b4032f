#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "domain/cluster.hpp"
#include "domain/ids.hpp"
#include "domain/node.hpp"

/// What the planner sees: plain values, all times on one time line that never jumps.
namespace homeport::planner {

/// A run's id is unique in its workspace only.
struct RunKey {
  domain::WorkspaceId workspace_id;
  domain::RunId run_id;

  auto operator<=>(const RunKey&) const = default;
};

struct NodeView {
  domain::NodeId id;
  int index = 0;
  domain::NodeState state = domain::NodeState::Preparing;
  base::TimePoint since{};  ///< of `state`
  /// False for a node that a restarted server remembers and has not heard from yet: it counts as
  /// one that is being prepared.
  bool confirmed = true;
};

struct QueuedRun {
  RunKey key;
  int node_count = 1;
  int priority = 0;  ///< higher first
  uint64_t queue_order = 0;
};

/// A run on nodes of its cluster.
struct RunningGang {
  RunKey key;
  int node_count = 1;
  int priority = 0;
  base::TimePoint since{};  ///< its nodes were claimed
  bool ending = false;      ///< its end is decided: its nodes become free without anybody's doing
};

struct ClusterView {
  domain::ClusterId id;
  std::string name;
  std::string vm_size;
  int gpus_per_node = 0;  ///< as its VM size says
  domain::ScaleSettings scale;
  bool deleting = false;
  /// After failed starts: no node is started, and no unusable one replaced, before this moment.
  base::TimePoint retry_at{};
  std::string trouble;  ///< why a node of it is unusable; empty if none is
  std::vector<NodeView> nodes;
  /// Needed only where a manual cluster has more nodes than it is to have.
  std::vector<RunningGang> gangs;
  /// The front of its queue: by priority (higher first), then queue_order. It may be cut off behind
  /// the runs that max_nodes nodes could serve at once; later ones cannot change the plan.
  std::vector<QueuedRun> queue;
};

struct Snapshot {
  int capacity = 0;  ///< nodes that the engine can have at once, over all clusters
  std::vector<ClusterView> clusters;
  int gpus = 0;       ///< of the engine's machine
  int free_gpus = 0;  ///< leased to no live attempt
};

}  // namespace homeport::planner

template <>
struct std::hash<homeport::planner::RunKey> {
  size_t operator()(const homeport::planner::RunKey& key) const noexcept {
    return std::hash<std::string>{}(key.run_id.text()) * 31 +
           std::hash<std::string>{}(key.workspace_id.text());
  }
};
