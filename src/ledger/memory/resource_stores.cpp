// What a workspace is made of: workspaces, clusters, nodes, experiments, datastores.
#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "ledger/failures.hpp"
#include "ledger/memory/stores.hpp"

namespace homeport::ledger::memory {

namespace {

using base::equals_ignoring_case;
using base::to_lower;

bool same_key(const domain::WorkspaceKey& a, const domain::WorkspaceKey& b) {
  return equals_ignoring_case(a.subscription_id, b.subscription_id) &&
         equals_ignoring_case(a.resource_group, b.resource_group) &&
         equals_ignoring_case(a.name, b.name);
}

template <typename T>
std::optional<T> copy_of(const T* found) {
  return found ? std::optional<T>(*found) : std::nullopt;
}

template <typename Rows, typename Condition>
auto first_where(const Rows& rows, Condition condition) {
  using Value = typename Rows::mapped_type;
  for (const auto& [key, value] : rows) {
    if (condition(value)) return std::optional<Value>(value);
  }
  return std::optional<Value>();
}

template <typename Rows, typename Condition, typename SortKey>
auto sorted_where(const Rows& rows, Condition condition, SortKey sort_key) {
  std::vector<typename Rows::mapped_type> chosen;
  for (const auto& [key, value] : rows) {
    if (condition(value)) chosen.push_back(value);
  }
  std::sort(chosen.begin(), chosen.end(),
            [&](const auto& a, const auto& b) { return sort_key(a) < sort_key(b); });
  return chosen;
}

constexpr auto kAll = [](const auto&) { return true; };

}  // namespace

base::Result<Tables*> Access::change() {
  if (mode_ == Mode::Read) return written_while_reading();
  return &tables_;
}

base::Result<void> MemoryWorkspaceStore::check_unique(const domain::Workspace& workspace) const {
  for (const auto& [id, other] : access_.look().workspaces.rows()) {
    if (id == workspace.id) continue;
    if (same_key(other.key, workspace.key)) return exists_already("Workspace", workspace.key.name);
    if (!workspace.storage_account.empty() &&
        equals_ignoring_case(other.storage_account, workspace.storage_account)) {
      return exists_already("StorageAccount", workspace.storage_account);
    }
  }
  return base::success();
}

base::Result<void> MemoryWorkspaceStore::insert(const domain::Workspace& workspace) {
  HP_TRY(Tables * tables, access_.change());
  if (tables->workspaces.find(workspace.id)) return exists_already("Workspace", workspace.key.name);
  HP_TRYV(check_unique(workspace));
  tables->workspaces.put(workspace.id, workspace);
  return base::success();
}

base::Result<void> MemoryWorkspaceStore::update(const domain::Workspace& workspace) {
  HP_TRY(Tables * tables, access_.change());
  if (!tables->workspaces.find(workspace.id)) return no_such("Workspace", workspace.key.name);
  HP_TRYV(check_unique(workspace));
  tables->workspaces.put(workspace.id, workspace);
  return base::success();
}

base::Result<void> MemoryWorkspaceStore::remove(const domain::WorkspaceId& id) {
  HP_TRY(Tables * tables, access_.change());
  if (!tables->workspaces.find(id)) return no_such("Workspace", id.text());
  const auto of_workspace = [&](const auto& row) { return row.workspace_id == id; };
  tables->nodes.erase_if([&](const domain::Node& node) {
    const domain::Cluster* cluster = tables->clusters.find(node.cluster_id);
    return cluster && cluster->workspace_id == id;
  });
  tables->clusters.erase_if(of_workspace);
  tables->experiments.erase_if(of_workspace);
  tables->run_numbers.erase_if(of_workspace);
  tables->unfinished_runs.erase_if([&](const RunKey& key) { return key.first == id; });
  tables->runs.erase_if(of_workspace);
  tables->attempts.erase_if(of_workspace);
  tables->datastores.erase_if(of_workspace);
  tables->snapshots.erase_if(of_workspace);
  erase_metrics(*tables, [&](const SeriesKey& key) { return std::get<0>(key) == id; });
  tables->workspaces.erase(id);
  return base::success();
}

Found<domain::Workspace> MemoryWorkspaceStore::find(const domain::WorkspaceId& id) {
  return copy_of(access_.look().workspaces.find(id));
}

Found<domain::Workspace> MemoryWorkspaceStore::find(const domain::WorkspaceKey& key) {
  return first_where(access_.look().workspaces.rows(),
                     [&](const domain::Workspace& row) { return same_key(row.key, key); });
}

Found<domain::Workspace> MemoryWorkspaceStore::find_by_account(std::string_view storage_account) {
  if (storage_account.empty()) return std::optional<domain::Workspace>();
  return first_where(access_.look().workspaces.rows(), [&](const domain::Workspace& row) {
    return equals_ignoring_case(row.storage_account, storage_account);
  });
}

base::Result<std::vector<domain::Workspace>> MemoryWorkspaceStore::list() {
  return sorted_where(access_.look().workspaces.rows(), kAll, [](const domain::Workspace& row) {
    return std::tuple(to_lower(row.key.name), to_lower(row.key.resource_group),
                      to_lower(row.key.subscription_id));
  });
}

base::Result<void> MemoryClusterStore::check_unique(const domain::Cluster& cluster) {
  HP_TRY(const auto other, find(cluster.workspace_id, cluster.name));
  if (other && other->id != cluster.id) return exists_already("Cluster", cluster.name);
  return base::success();
}

base::Result<void> MemoryClusterStore::insert(const domain::Cluster& cluster) {
  HP_TRY(Tables * tables, access_.change());
  if (tables->clusters.find(cluster.id)) return exists_already("Cluster", cluster.name);
  HP_TRYV(check_unique(cluster));
  tables->clusters.put(cluster.id, cluster);
  return base::success();
}

base::Result<void> MemoryClusterStore::update(const domain::Cluster& cluster) {
  HP_TRY(Tables * tables, access_.change());
  if (!tables->clusters.find(cluster.id)) return no_such("Cluster", cluster.name);
  HP_TRYV(check_unique(cluster));
  tables->clusters.put(cluster.id, cluster);
  return base::success();
}

base::Result<void> MemoryClusterStore::remove(const domain::ClusterId& id) {
  HP_TRY(Tables * tables, access_.change());
  if (!tables->clusters.find(id)) return no_such("Cluster", id.text());
  tables->nodes.erase_if([&](const domain::Node& node) { return node.cluster_id == id; });
  tables->clusters.erase(id);
  return base::success();
}

Found<domain::Cluster> MemoryClusterStore::find(const domain::ClusterId& id) {
  return copy_of(access_.look().clusters.find(id));
}

Found<domain::Cluster> MemoryClusterStore::find(const domain::WorkspaceId& workspace,
                                                std::string_view name) {
  return first_where(access_.look().clusters.rows(), [&](const domain::Cluster& row) {
    return row.workspace_id == workspace && equals_ignoring_case(row.name, name);
  });
}

base::Result<std::vector<domain::Cluster>> MemoryClusterStore::list(
    const domain::WorkspaceId& workspace) {
  return sorted_where(
      access_.look().clusters.rows(),
      [&](const domain::Cluster& row) { return row.workspace_id == workspace; },
      [](const domain::Cluster& row) { return to_lower(row.name); });
}

base::Result<std::vector<domain::Cluster>> MemoryClusterStore::list_all() {
  return sorted_where(access_.look().clusters.rows(), kAll, [](const domain::Cluster& row) {
    return std::tuple(to_lower(row.name), row.id.text());
  });
}

base::Result<void> MemoryNodeStore::check_unique(const domain::Node& node) const {
  for (const auto& [id, other] : access_.look().nodes.rows()) {
    if (id != node.id && other.cluster_id == node.cluster_id && other.index == node.index) {
      return exists_already("Node", node.id.text());
    }
  }
  return base::success();
}

base::Result<void> MemoryNodeStore::insert(const domain::Node& node) {
  HP_TRY(Tables * tables, access_.change());
  if (tables->nodes.find(node.id)) return exists_already("Node", node.id.text());
  HP_TRYV(check_unique(node));
  tables->nodes.put(node.id, node);
  return base::success();
}

base::Result<void> MemoryNodeStore::update(const domain::Node& node) {
  HP_TRY(Tables * tables, access_.change());
  if (!tables->nodes.find(node.id)) return no_such("Node", node.id.text());
  HP_TRYV(check_unique(node));
  tables->nodes.put(node.id, node);
  return base::success();
}

base::Result<void> MemoryNodeStore::remove(const domain::NodeId& id) {
  HP_TRY(Tables * tables, access_.change());
  if (!tables->nodes.find(id)) return no_such("Node", id.text());
  tables->nodes.erase(id);
  return base::success();
}

Found<domain::Node> MemoryNodeStore::find(const domain::NodeId& id) {
  return copy_of(access_.look().nodes.find(id));
}

base::Result<std::vector<domain::Node>> MemoryNodeStore::list(const domain::ClusterId& cluster) {
  return sorted_where(
      access_.look().nodes.rows(),
      [&](const domain::Node& row) { return row.cluster_id == cluster; },
      [](const domain::Node& row) { return row.index; });
}

base::Result<std::vector<domain::Node>> MemoryNodeStore::list_all() {
  return sorted_where(access_.look().nodes.rows(), kAll, [](const domain::Node& row) {
    return std::tuple(row.cluster_id.text(), row.index);
  });
}

base::Result<void> MemoryExperimentStore::check_unique(const domain::Experiment& experiment) {
  HP_TRY(const auto other, find(experiment.workspace_id, experiment.name));
  if (other && other->id != experiment.id) return exists_already("Experiment", experiment.name);
  return base::success();
}

base::Result<void> MemoryExperimentStore::insert(const domain::Experiment& experiment) {
  HP_TRY(Tables * tables, access_.change());
  if (tables->experiments.find(experiment.id)) return exists_already("Experiment", experiment.name);
  HP_TRYV(check_unique(experiment));
  tables->experiments.put(experiment.id, experiment);
  return base::success();
}

base::Result<void> MemoryExperimentStore::update(const domain::Experiment& experiment) {
  HP_TRY(Tables * tables, access_.change());
  if (!tables->experiments.find(experiment.id)) return no_such("Experiment", experiment.name);
  HP_TRYV(check_unique(experiment));
  tables->experiments.put(experiment.id, experiment);
  return base::success();
}

base::Result<void> MemoryExperimentStore::remove(const domain::ExperimentId& id) {
  HP_TRY(Tables * tables, access_.change());
  if (!tables->experiments.find(id)) return no_such("Experiment", id.text());
  if (tables->run_numbers.find(id)) tables->run_numbers.erase(id);
  tables->experiments.erase(id);
  return base::success();
}

Found<domain::Experiment> MemoryExperimentStore::find(const domain::ExperimentId& id) {
  return copy_of(access_.look().experiments.find(id));
}

Found<domain::Experiment> MemoryExperimentStore::find(const domain::WorkspaceId& workspace,
                                                      std::string_view name) {
  return first_where(access_.look().experiments.rows(), [&](const domain::Experiment& row) {
    return row.workspace_id == workspace && equals_ignoring_case(row.name, name);
  });
}

base::Result<std::vector<domain::Experiment>> MemoryExperimentStore::list(
    const domain::WorkspaceId& workspace) {
  return sorted_where(
      access_.look().experiments.rows(),
      [&](const domain::Experiment& row) { return row.workspace_id == workspace; },
      [](const domain::Experiment& row) { return to_lower(row.name); });
}

base::Result<void> MemoryDatastoreStore::insert(const domain::Datastore& datastore) {
  HP_TRY(Tables * tables, access_.change());
  const NameKey key(datastore.workspace_id, to_lower(datastore.name));
  if (tables->datastores.find(key)) return exists_already("Datastore", datastore.name);
  tables->datastores.put(key, datastore);
  return base::success();
}

base::Result<void> MemoryDatastoreStore::update(const domain::Datastore& datastore) {
  HP_TRY(Tables * tables, access_.change());
  const NameKey key(datastore.workspace_id, to_lower(datastore.name));
  if (!tables->datastores.find(key)) return no_such("Datastore", datastore.name);
  tables->datastores.put(key, datastore);
  return base::success();
}

base::Result<void> MemoryDatastoreStore::remove(const domain::WorkspaceId& workspace,
                                                std::string_view name) {
  HP_TRY(Tables * tables, access_.change());
  const NameKey key(workspace, to_lower(name));
  if (!tables->datastores.find(key)) return no_such("Datastore", name);
  tables->datastores.erase(key);
  return base::success();
}

Found<domain::Datastore> MemoryDatastoreStore::find(const domain::WorkspaceId& workspace,
                                                    std::string_view name) {
  return copy_of(access_.look().datastores.find({workspace, to_lower(name)}));
}

base::Result<std::vector<domain::Datastore>> MemoryDatastoreStore::list(
    const domain::WorkspaceId& workspace) {
  return sorted_where(
      access_.look().datastores.rows(),
      [&](const domain::Datastore& row) { return row.workspace_id == workspace; },
      [](const domain::Datastore& row) { return to_lower(row.name); });
}

}  // namespace homeport::ledger::memory
