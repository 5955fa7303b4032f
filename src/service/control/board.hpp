#pragma once

#include <optional>

#include "domain/cluster.hpp"
#include "domain/node.hpp"
#include "planner/backoff.hpp"
#include "service/control/durations.hpp"
#include "service/control/journaled_map.hpp"
#include "service/control/live_run.hpp"
#include "service/control/waiting_list.hpp"

namespace homeport::service::control {

/// One moment on both time lines: `wall` goes into rows that people read, `steady` decides. Steady
/// time starts as the wall clock stood when the loop was made, and never jumps.
struct Moment {
  base::TimePoint wall;
  base::TimePoint steady;
};

struct ClusterEntry {
  domain::Cluster row;
  planner::Backoff backoff;
};

struct NodeEntry {
  domain::Node row;
  base::TimePoint since{};  ///< steady, of row.state
  bool confirmed = true;    ///< false: taken over by a restarted server, not heard of yet
  std::optional<planner::RunKey> live;          ///< whose attempt it serves
  std::optional<base::TimePoint> silent_since;  ///< steady
  std::optional<base::TimePoint> end_ordered;   ///< steady; it was told to go, and proof is awaited
};

/// The live state of the service, as the ledger has it plus what agents said since. All changes
/// since keep() can be taken back. The control loop's thread only (but see WaitingList).
struct Board {
  JournaledMap<domain::ClusterId, ClusterEntry> clusters;
  JournaledMap<domain::NodeId, NodeEntry> nodes;
  JournaledMap<planner::RunKey, LiveRun> live;
  WaitingList waiting;
  Durations durations;  ///< not taken back: what was measured was measured

  void keep() {
    clusters.keep();
    nodes.keep();
    live.keep();
    waiting.keep();
  }
  void take_back() {
    clusters.take_back();
    nodes.take_back();
    live.take_back();
    waiting.take_back();
  }
};

}  // namespace homeport::service::control
