#pragma once

#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "planner/snapshot.hpp"
#include "planner/wait_reason.hpp"

namespace homeport::planner {

/// A whole gang: as many idle nodes of its cluster as the run asked for, lowest index first.
struct Placement {
  RunKey run;
  domain::ClusterId cluster_id;
  std::vector<domain::NodeId> nodes;

  bool operator==(const Placement&) const = default;
};

struct NodeStart {
  domain::ClusterId cluster_id;
  int index = 0;  ///< the lowest that no node of the cluster has

  bool operator==(const NodeStart&) const = default;
};

enum class DismissCause {
  ClusterDeleted,
  AboveMaximum,  ///< the cluster was made smaller
  IdleTooLong,
  PlaceNeeded,  ///< another cluster's run needs its place on the machine
  Replaced,     ///< it was unusable
};
const char* to_string(DismissCause cause);

struct Dismissal {
  domain::NodeId node;
  DismissCause cause = DismissCause::IdleTooLong;

  bool operator==(const Dismissal&) const = default;
};

/// A run that has to leave its nodes, because its cluster was made smaller.
struct Interruption {
  RunKey run;
  domain::Deallocation how = domain::Deallocation::Requeue;  ///< or Terminate

  bool operator==(const Interruption&) const = default;
};

struct Waiting {
  RunKey run;
  WaitReason reason;
};

struct Plan {
  std::vector<Placement> placements;
  std::vector<NodeStart> starts;
  std::vector<Dismissal> dismissals;
  std::vector<Interruption> interruptions;
  std::vector<Outlook> outlooks;  ///< one per cluster, in the snapshot's order
  std::vector<Waiting> waiting;   ///< every run of the snapshot that is not placed
  /// When time alone changes the plan; none: only an event does.
  std::optional<base::TimePoint> wake_at;
};

/// Decides what to do next. Pure: the same snapshot and time give the same plan.
///
/// - Runs of a cluster are placed in order of their queue, whole gangs only; the first that does
///   not fit holds back those behind it, so a large one is never starved. A run that could never
///   fit (larger than the cluster or the machine) is passed over and says so.
/// - A cluster has at least min and at most max nodes, between them as many as its running and
///   waiting gangs need; an idle node above that leaves after the idle time, longest idle first. A
///   running node is never dismissed.
/// - A manual cluster has its target (min == max). What is above it goes: broken nodes first, then
///   those being prepared, then idle ones; then, unless it waits for its runs, gangs are
///   interrupted, no more than it takes: low priority before high, the youngest first.
/// - Clusters share the engine's places. First come the minimums, then gangs: the cluster with the
///   fewest busy nodes first, then the older run. A gang that lacks places may take those of idle
///   nodes of others, above their minimum, if these have no use for them or have more nodes busy,
///   or if it has none at all.
/// - Clusters share the machine's GPUs too. A gang is placed with as many as its nodes' size has;
///   while it waits, free ones are kept for it from gangs that are looked at after it.
Plan plan(const Snapshot& snapshot, base::TimePoint now);

}  // namespace homeport::planner
