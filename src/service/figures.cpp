#include "service/figures.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "service/transactions.hpp"

namespace homeport::service {
namespace {

struct Rows {
  ledger::RunCounts runs;
  std::vector<domain::Workspace> workspaces;
  std::vector<domain::Cluster> clusters;
  std::vector<domain::Node> nodes;
  std::vector<ledger::RunQueue> queues;
  std::vector<domain::Attempt> attempts;
};

base::Result<Rows> read_rows(ledger::Transaction& transaction) {
  Rows rows;
  HP_TRY(rows.runs, transaction.runs().count_by_state());
  HP_TRY(rows.workspaces, transaction.workspaces().list());
  HP_TRY(rows.clusters, transaction.clusters().list_all());
  HP_TRY(rows.nodes, transaction.nodes().list_all());
  HP_TRY(rows.queues, transaction.runs().list_queues());
  HP_TRY(rows.attempts, transaction.attempts().list_live());
  return rows;
}

domain::WorkspaceKey key_of(const std::vector<domain::Workspace>& workspaces,
                            const domain::WorkspaceId& id) {
  const auto found = std::find_if(workspaces.begin(), workspaces.end(),
                                  [&](const auto& workspace) { return workspace.id == id; });
  return found == workspaces.end() ? domain::WorkspaceKey{} : found->key;
}

ClusterFigures figures_of(const domain::Cluster& cluster, const Rows& rows, base::TimePoint now) {
  ClusterFigures figures;
  figures.workspace = key_of(rows.workspaces, cluster.workspace_id);
  figures.name = cluster.name;
  figures.min_nodes = cluster.scale.min_nodes;
  figures.max_nodes = cluster.scale.max_nodes;
  for (const domain::Node& node : rows.nodes) {
    if (node.cluster_id == cluster.id) ++figures.nodes[node.state];
  }
  for (const ledger::RunQueue& queue : rows.queues) {
    // A run may name its cluster in another case.
    if (queue.workspace_id != cluster.workspace_id ||
        !base::equals_ignoring_case(queue.target, cluster.name)) {
      continue;
    }
    figures.waiting_runs += queue.runs;
    figures.longest_wait =
        std::max(figures.longest_wait,
                 std::chrono::duration_cast<std::chrono::microseconds>(now - queue.oldest));
  }
  return figures;
}

}  // namespace

base::Result<ServiceFigures> read_figures(const Context& context) {
  HP_TRY(Rows rows, read(context.ledger, read_rows));
  ServiceFigures figures;
  const base::TimePoint now = context.clock.wall();
  for (const domain::Cluster& cluster : rows.clusters) {
    figures.clusters.push_back(figures_of(cluster, rows, now));
  }
  figures.runs = std::move(rows.runs);
  figures.workspaces = rows.workspaces.size();
  figures.node_capacity = context.node_capacity;
  figures.gpus = context.gpus;
  for (const domain::Attempt& attempt : rows.attempts) {
    figures.leased_gpus += static_cast<int>(attempt.gpus.size());
  }
  return figures;
}

}  // namespace homeport::service
