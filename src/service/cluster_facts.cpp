// What there is to say of a cluster's nodes.

#include <algorithm>

#include "service/clusters.hpp"

namespace homeport::service {

NodeCounts count_nodes(const std::vector<domain::Node>& nodes) {
  NodeCounts counts;
  for (const domain::Node& node : nodes) {
    switch (node.state) {
      case domain::NodeState::Preparing:
        ++counts.preparing;
        break;
      case domain::NodeState::Idle:
        ++counts.idle;
        break;
      case domain::NodeState::Running:
        ++counts.running;
        break;
      case domain::NodeState::Leaving:
        ++counts.leaving;
        break;
      case domain::NodeState::Unusable:
        ++counts.unusable;
        break;
      case domain::NodeState::Preempted:
        ++counts.preempted;
        break;
    }
  }
  return counts;
}

std::vector<domain::ClusterProblem> problems_of(const ClusterView& view) {
  std::vector<domain::ClusterProblem> problems;
  const auto add = [&](const domain::ClusterProblem& problem) {
    const bool known = std::any_of(problems.begin(), problems.end(), [&](const auto& there) {
      return there.code == problem.code && there.node == problem.node &&
             there.message == problem.message;
    });
    if (!known) problems.push_back(problem);
  };
  for (const domain::Node& node : view.nodes) {
    if (node.state != domain::NodeState::Unusable) continue;
    add({node.reason_code, node.host_name, node.reason, node.state_since});
  }
  for (const domain::ClusterProblem& problem : view.cluster.problems) add(problem);
  return problems;
}

}  // namespace homeport::service
