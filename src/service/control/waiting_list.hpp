#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "domain/run.hpp"
#include "planner/plan.hpp"

namespace homeport::service::control {

using SharedRun = std::shared_ptr<const domain::Run>;

inline planner::RunKey key_of(const domain::Run& run) {
  return {run.workspace_id, run.id};
}

/// When runs are expected to get their nodes, steady.
using ExpectedStarts = std::map<planner::RunKey, base::TimePoint>;

/// The queued runs of every cluster, and what the last plan said of their clusters. Changed by the
/// control loop's thread only; why(), expected_start() and target_nodes() may be asked from any.
/// Adding and removing cost O(log n), and nothing is written in words before someone asks.
class WaitingList {
 public:
  /// Puts the run at its place: by priority, then queue_order. Replaces one with the same key.
  void add(const SharedRun& run);
  void remove(const planner::RunKey& run);
  SharedRun find(const planner::RunKey& run) const;
  /// The front of a cluster's queue, as planner::ClusterView wants it.
  std::vector<planner::QueuedRun> front(const domain::ClusterId& cluster, int max_nodes) const;
  /// At most `most` runs of the cluster.
  std::vector<SharedRun> some(const domain::ClusterId& cluster, size_t most) const;
  size_t size() const;
  void set_outlooks(std::vector<planner::Outlook> outlooks);
  void set_expected_starts(ExpectedStarts starts);

  /// Changes since the last keep() can be taken back.
  void keep();
  void take_back();

  /// Why a run waits, in words; nullopt if it does not. Costs O(length of its queue).
  std::optional<std::string> why(const planner::RunKey& run) const;
  /// When a run is expected to start, steady; nullopt if it does not wait or nobody can tell.
  std::optional<base::TimePoint> expected_start(const planner::RunKey& run) const;
  /// The nodes that a cluster should have now; nullopt if the cluster is not known.
  std::optional<int> target_nodes(const domain::ClusterId& cluster) const;

 private:
  using Place = std::tuple<int, uint64_t, planner::RunKey>;  ///< priority negated
  static Place place_of(const domain::Run& run);
  void insert_locked(const SharedRun& run);
  void erase_locked(const planner::RunKey& run);

  mutable std::mutex mutex_;  ///< guards everything below
  std::unordered_map<planner::RunKey, SharedRun> runs_;
  std::map<domain::ClusterId, std::map<Place, SharedRun>> queues_;
  std::map<domain::ClusterId, planner::Outlook> outlooks_;
  ExpectedStarts expected_starts_;
  /// What each changed key held before; null: nothing.
  std::unordered_map<planner::RunKey, SharedRun> before_;
};

}  // namespace homeport::service::control
