#include "planner/forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "planner/gpus.hpp"
#include "planner/plan.hpp"

namespace homeport::planner {
namespace {

using domain::NodeState;

/// A node that is told to go is away soon; how soon hardly matters beside the length of runs.
constexpr base::Duration kLeave = std::chrono::seconds(1);

/// The world of a forecast: nodes change when their time has come, and plans are carried out.
class Future {
 public:
  Future(const ForecastInput& input, base::TimePoint now)
      : input_(input), snapshot_(input.snapshot), now_(now) {
    for (const ExpectedEnd& end : input.ends) {
      for (const domain::NodeId& node : end.nodes) due_[node] = std::max(end.at, now);
      gpus_due_.emplace(std::max(end.at, now), end.gpus);
    }
    for (const ClusterView& cluster : snapshot_.clusters) expect_nodes(cluster);
  }

  std::map<RunKey, base::TimePoint> run() {
    for (int plans = 0; plans < input_.most_plans && somebody_waits(); ++plans) {
      const Plan next = plan(snapshot_, now_);
      for (const Placement& placement : next.placements) place(placement);
      for (const Dismissal& dismissal : next.dismissals) dismiss(dismissal.node);
      for (const NodeStart& start : next.starts) begin(start);
      if (!go_on(next.wake_at)) break;
    }
    return std::move(starts_);
  }

 private:
  void expect_nodes(const ClusterView& cluster) {
    for (const NodeView& node : cluster.nodes) {
      const bool comes = node.state == NodeState::Preparing || !node.confirmed;
      const bool goes = node.state == NodeState::Leaving || node.state == NodeState::Preempted;
      const auto start = input_.node_start.find(cluster.id);
      if (goes) due_[node.id] = now_ + kLeave;
      if (comes && start != input_.node_start.end()) {
        due_[node.id] = std::max(now_, node.since + start->second);
      }
    }
  }

  bool somebody_waits() const {
    return std::any_of(snapshot_.clusters.begin(), snapshot_.clusters.end(),
                       [](const ClusterView& cluster) { return !cluster.queue.empty(); });
  }

  ClusterView& cluster_of(const domain::ClusterId& id) {
    return *std::find_if(snapshot_.clusters.begin(), snapshot_.clusters.end(),
                         [&](const ClusterView& cluster) { return cluster.id == id; });
  }

  void place(const Placement& placement) {
    ClusterView& cluster = cluster_of(placement.cluster_id);
    starts_[placement.run] = now_;
    std::erase_if(cluster.queue, [&](const QueuedRun& run) { return run.key == placement.run; });
    const auto expected = input_.expected.find(placement.run);
    const int gpus = gpus_of_gang(cluster.gpus_per_node, static_cast<int>(placement.nodes.size()),
                                  snapshot_.gpus);
    snapshot_.free_gpus -= gpus;
    if (expected != input_.expected.end()) gpus_due_.emplace(now_ + expected->second, gpus);
    for (NodeView& node : cluster.nodes) {
      const auto& taken = placement.nodes;
      if (std::find(taken.begin(), taken.end(), node.id) == taken.end()) continue;
      node.state = NodeState::Running;
      node.since = now_;
      if (expected != input_.expected.end()) due_[node.id] = now_ + expected->second;
    }
  }

  void dismiss(const domain::NodeId& id) {
    for (ClusterView& cluster : snapshot_.clusters) {
      for (NodeView& node : cluster.nodes) {
        if (node.id == id) node.state = NodeState::Leaving;
      }
    }
    due_[id] = now_ + kLeave;
  }

  void begin(const NodeStart& start) {
    ClusterView& cluster = cluster_of(start.cluster_id);
    const domain::NodeId id(fmt::format("forecast-{}", ++made_));
    cluster.nodes.push_back({id, start.index, NodeState::Preparing, now_, true});
    const auto takes = input_.node_start.find(start.cluster_id);
    if (takes != input_.node_start.end()) due_[id] = now_ + takes->second;
  }

  /// To the next moment at which something changes; false if nothing ever will.
  bool go_on(std::optional<base::TimePoint> wake_at) {
    std::optional<base::TimePoint> next = wake_at;
    for (const auto& [node, at] : due_) {
      if (!next || at < *next) next = at;
    }
    if (!next) return false;
    now_ = std::max(now_, *next);
    for (ClusterView& cluster : snapshot_.clusters) change_nodes(cluster);
    while (!gpus_due_.empty() && gpus_due_.begin()->first <= now_) {
      snapshot_.free_gpus += gpus_due_.begin()->second;
      gpus_due_.erase(gpus_due_.begin());
    }
    return true;
  }

  void change_nodes(ClusterView& cluster) {
    std::erase_if(cluster.nodes, [&](NodeView& node) {
      const auto due = due_.find(node.id);
      if (due == due_.end() || due->second > now_) return false;
      due_.erase(due);
      if (node.state == NodeState::Leaving || node.state == NodeState::Preempted) return true;
      node.state = NodeState::Idle;
      node.since = now_;
      node.confirmed = true;
      return false;
    });
  }

  const ForecastInput& input_;
  Snapshot snapshot_;
  base::TimePoint now_;
  std::map<domain::NodeId, base::TimePoint> due_;  ///< when a node's state changes by itself
  std::multimap<base::TimePoint, int> gpus_due_;   ///< when so many GPUs become free
  std::map<RunKey, base::TimePoint> starts_;
  int made_ = 0;
};

}  // namespace

std::map<RunKey, base::TimePoint> forecast(const ForecastInput& input, base::TimePoint now) {
  return Future(input, now).run();
}

}  // namespace homeport::planner
