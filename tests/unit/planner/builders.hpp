#pragma once

#include <string>
#include <vector>

#include "planner/plan.hpp"

namespace homeport::planner::testing {

using std::chrono::seconds;

constexpr base::TimePoint kNow{seconds(1'000'000)};

/// Builds one cluster in words: a_cluster("nc6").scale(0, 4).idle(2).queue({2, 1}).
class ClusterBuilder {
 public:
  explicit ClusterBuilder(std::string name) {
    view_.id = domain::ClusterId(name);
    view_.name = std::move(name);
    view_.vm_size = "STANDARD_NC6";
    view_.scale = {0, 4, seconds(120)};
  }
  ClusterBuilder& scale(int least, int most) {
    view_.scale.min_nodes = least;
    view_.scale.max_nodes = most;
    return *this;
  }
  ClusterBuilder& gpus(int per_node) {
    view_.gpus_per_node = per_node;
    return *this;
  }
  ClusterBuilder& manual(int target, domain::Deallocation how = domain::Deallocation::Requeue) {
    view_.scale.mode = domain::ScaleMode::Manual;
    view_.scale.deallocation = how;
    return scale(target, target);
  }
  /// A gang on `count` running nodes, which it adds; claimed so long ago.
  ClusterBuilder& gang(const std::string& run, int count, seconds ago = seconds(0),
                       int priority = 0, bool ending = false) {
    view_.gangs.push_back(
        {{domain::WorkspaceId("ws"), domain::RunId(run)}, count, priority, kNow - ago, ending});
    return running(count);
  }
  ClusterBuilder& idle(int count, seconds ago = seconds(0)) {
    return add(domain::NodeState::Idle, count, ago);
  }
  ClusterBuilder& running(int count) { return add(domain::NodeState::Running, count); }
  ClusterBuilder& preparing(int count) { return add(domain::NodeState::Preparing, count); }
  ClusterBuilder& unusable(int count, std::string why = "") {
    view_.trouble = std::move(why);
    return add(domain::NodeState::Unusable, count);
  }
  ClusterBuilder& leaving(int count) { return add(domain::NodeState::Leaving, count); }
  ClusterBuilder& preempted(int count) { return add(domain::NodeState::Preempted, count); }
  ClusterBuilder& unconfirmed(int count) {
    add(domain::NodeState::Idle, count);
    view_.nodes.back().confirmed = false;
    return *this;
  }
  ClusterBuilder& retry_in(seconds wait) {
    view_.retry_at = kNow + wait;
    return *this;
  }
  ClusterBuilder& deleting() {
    view_.deleting = true;
    return *this;
  }
  /// Runs of so many nodes each; `first` is the queue order of the first of them.
  ClusterBuilder& queue(const std::vector<int>& node_counts, uint64_t first = 1, int priority = 0) {
    for (int count : node_counts) {
      const std::string id = view_.name + "-run-" + std::to_string(view_.queue.size() + 1);
      view_.queue.push_back(
          {{domain::WorkspaceId("ws"), domain::RunId(id)}, count, priority, first++});
    }
    return *this;
  }
  operator ClusterView() const { return view_; }  // NOLINT: reads as a sentence in tables

 private:
  ClusterBuilder& add(domain::NodeState state, int count, seconds ago = seconds(0)) {
    for (int i = 0; i < count; ++i) {
      const int index = static_cast<int>(view_.nodes.size());
      view_.nodes.push_back({domain::NodeId(view_.name + "-" + std::to_string(index)), index, state,
                             kNow - ago, true});
    }
    return *this;
  }
  ClusterView view_;
};

inline ClusterBuilder a_cluster(std::string name) {
  return ClusterBuilder(std::move(name));
}

inline Plan plan_of(std::vector<ClusterView> clusters, int capacity = 16) {
  return plan({capacity, std::move(clusters), 0, 0}, kNow);
}

inline std::vector<std::string> placed(const Plan& plan) {
  std::vector<std::string> out;
  for (const Placement& placement : plan.placements) {
    std::string line = placement.run.run_id.text() + " on";
    for (const auto& node : placement.nodes) line += " " + node.text();
    out.push_back(std::move(line));
  }
  return out;
}

inline std::vector<std::string> dismissed(const Plan& plan) {
  std::vector<std::string> out;
  for (const Dismissal& dismissal : plan.dismissals) out.push_back(dismissal.node.text());
  return out;
}

/// "requeue r1" for each gang that is interrupted.
inline std::vector<std::string> interrupted(const Plan& plan) {
  std::vector<std::string> out;
  for (const Interruption& interruption : plan.interruptions) {
    const bool again = interruption.how == domain::Deallocation::Requeue;
    out.push_back((again ? "requeue " : "terminate ") + interruption.run.run_id.text());
  }
  return out;
}

inline int started(const Plan& plan, const std::string& cluster) {
  int count = 0;
  for (const NodeStart& start : plan.starts) {
    if (start.cluster_id.text() == cluster) ++count;
  }
  return count;
}

}  // namespace homeport::planner::testing
