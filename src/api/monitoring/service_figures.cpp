#include "api/monitoring/service_figures.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "service/figures.hpp"

namespace homeport::api::monitoring {
namespace {

using http::Figure;

constexpr std::array kRunStates{domain::RunState::NotStarted,      domain::RunState::Queued,
                                domain::RunState::Preparing,       domain::RunState::Starting,
                                domain::RunState::Running,         domain::RunState::NotResponding,
                                domain::RunState::CancelRequested, domain::RunState::Finalizing,
                                domain::RunState::Completed,       domain::RunState::Failed,
                                domain::RunState::Canceled};
constexpr std::array kNodeStates{domain::NodeState::Preparing, domain::NodeState::Idle,
                                 domain::NodeState::Running,   domain::NodeState::Leaving,
                                 domain::NodeState::Unusable,  domain::NodeState::Preempted};

Figure gauge(std::string name, std::string help) {
  return {std::move(name), std::move(help), Figure::Kind::Gauge, {}};
}

Figure single(std::string name, std::string help, double value) {
  return {std::move(name), std::move(help), Figure::Kind::Gauge, {{{}, value}}};
}

Figure runs_by_state(const ledger::RunCounts& runs) {
  Figure figure = gauge("homeport_runs", "Runs of all workspaces by state, ended ones included");
  for (const domain::RunState state : kRunStates) {
    const auto found = runs.find(state);
    figure.values.push_back({{{"state", domain::to_string(state)}},
                             found == runs.end() ? 0 : static_cast<double>(found->second)});
  }
  return figure;
}

/// Names of workspaces are unique in their resource group only.
Figure::Labels labels_of(const service::ClusterFigures& cluster) {
  return {{"subscription", cluster.workspace.subscription_id},
          {"resource_group", cluster.workspace.resource_group},
          {"workspace", cluster.workspace.name},
          {"cluster", cluster.name}};
}

Figure nodes_by_state(const std::vector<service::ClusterFigures>& clusters) {
  Figure figure = gauge("homeport_nodes", "Nodes of each cluster by state");
  for (const service::ClusterFigures& cluster : clusters) {
    for (const domain::NodeState state : kNodeStates) {
      Figure::Labels labels = labels_of(cluster);
      labels.emplace_back("state", domain::to_string(state));
      const auto found = cluster.nodes.find(state);
      figure.values.push_back(
          {std::move(labels), found == cluster.nodes.end() ? 0.0 : found->second});
    }
  }
  return figure;
}

template <typename Value>
Figure of_each_cluster(std::string name, std::string help,
                       const std::vector<service::ClusterFigures>& clusters, Value value) {
  Figure figure = gauge(std::move(name), std::move(help));
  for (const service::ClusterFigures& cluster : clusters) {
    figure.values.push_back({labels_of(cluster), static_cast<double>(value(cluster))});
  }
  return figure;
}

double seconds(std::chrono::microseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

std::vector<http::Figure> service_figures(const service::Context& context) {
  const auto read = service::read_figures(context);
  std::vector<Figure> figures{
      single("homeport_ledger_up", "1 if the ledger could be read now", read.has_value() ? 1 : 0)};
  if (read.has_error()) return figures;
  const service::ServiceFigures& now = read.value();
  const auto& clusters = now.clusters;
  figures.push_back(runs_by_state(now.runs));
  figures.push_back(
      single("homeport_workspaces", "Workspaces", static_cast<double>(now.workspaces)));
  figures.push_back(single("homeport_clusters", "Clusters", static_cast<double>(clusters.size())));
  figures.push_back(single("homeport_node_capacity", "Nodes that the engine can have at once",
                           now.node_capacity));
  figures.push_back(single("homeport_gpus", "GPUs that runs may be given", now.gpus));
  figures.push_back(single("homeport_leased_gpus", "Those leased to runs now", now.leased_gpus));
  figures.push_back(nodes_by_state(clusters));
  figures.push_back(of_each_cluster("homeport_cluster_min_nodes", "Nodes that a cluster keeps",
                                    clusters,
                                    [](const auto& cluster) { return cluster.min_nodes; }));
  figures.push_back(of_each_cluster("homeport_cluster_max_nodes", "Nodes that a cluster may have",
                                    clusters,
                                    [](const auto& cluster) { return cluster.max_nodes; }));
  figures.push_back(of_each_cluster("homeport_waiting_runs", "Runs that wait for nodes", clusters,
                                    [](const auto& cluster) { return cluster.waiting_runs; }));
  figures.push_back(
      of_each_cluster("homeport_longest_wait_seconds",
                      "Time since the oldest waiting run was created; 0 without one", clusters,
                      [](const auto& cluster) { return seconds(cluster.longest_wait); }));
  return figures;
}

}  // namespace homeport::api::monitoring
