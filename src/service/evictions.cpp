#include "service/evictions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "service/clusters.hpp"

namespace homeport::service {
namespace {

base::Result<domain::Node> find_node(const ClusterView& view, const std::string& wanted) {
  const auto found =
      std::find_if(view.nodes.begin(), view.nodes.end(), [&](const domain::Node& node) {
        return node.id.text() == wanted || node.host_name == wanted ||
               std::to_string(node.index) == wanted;
      });
  if (found != view.nodes.end()) return *found;
  std::string names;
  for (const domain::Node& node : view.nodes) names += (names.empty() ? "" : ", ") + node.host_name;
  return base::not_found(
      "NodeNotFound", fmt::format("cluster '{}' has no node '{}'; its nodes: {}", view.cluster.name,
                                  wanted, names.empty() ? "none" : names));
}

}  // namespace

base::Result<domain::Node> evict_node(const Context& context, const domain::Workspace& workspace,
                                      const std::string& cluster, const std::string& node,
                                      std::chrono::milliseconds grace) {
  if (grace.count() < 0 || grace > kLongestGrace) {
    return base::invalid_argument(
        "grace",
        fmt::format("a grace is 0 to {} seconds",
                    std::chrono::duration_cast<std::chrono::seconds>(kLongestGrace).count()));
  }
  HP_TRY(const ClusterView view, get_cluster(context, workspace, cluster));
  if (view.cluster.priority != domain::VmPriority::LowPriority) {
    return base::conflict("NodeNotEvictable",
                          fmt::format("the nodes of cluster '{}' are dedicated: only those of low "
                                      "priority are taken away",
                                      view.cluster.name));
  }
  HP_TRY(domain::Node found, find_node(view, node));
  if (found.state != domain::NodeState::Idle && found.state != domain::NodeState::Running) {
    return base::conflict(
        "NodeNotEvictable",
        fmt::format("node {} is {}: only one that is idle or running is taken away",
                    found.host_name, domain::to_string(found.state)));
  }
  context.control.node_evicted(found.id, "its low-priority place was taken", grace);
  return found;
}

}  // namespace homeport::service
