// Clusters and their nodes.
#include "ledger/codec.hpp"
#include "ledger/sqlite/rows.hpp"
#include "ledger/sqlite/stores.hpp"

namespace homeport::ledger::sqlite {

namespace {

base::Result<domain::Cluster> read_cluster(const Row& row) {
  domain::Cluster cluster;
  cluster.id = domain::ClusterId(row.text(0));
  cluster.workspace_id = domain::WorkspaceId(row.text(1));
  cluster.name = row.text(2);
  HP_TRYV(decode(row.view(3), cluster));
  return cluster;
}

base::Result<domain::Node> read_node(const Row& row) {
  domain::Node node;
  node.id = domain::NodeId(row.text(0));
  node.cluster_id = domain::ClusterId(row.text(1));
  node.index = static_cast<int>(row.integer(2));
  HP_TRYV(decode(row.view(3), node));
  return node;
}

}  // namespace

base::Result<void> SqliteClusterStore::insert(const domain::Cluster& cluster) {
  return inserted(
      connection_.execute("INSERT INTO clusters (id, workspace_id, name, document)"
                          " VALUES (?1, ?2, ?3, ?4)",
                          cluster.id, cluster.workspace_id, cluster.name, encode(cluster)),
      "Cluster", cluster.name);
}

base::Result<void> SqliteClusterStore::update(const domain::Cluster& cluster) {
  return found_and_changed(
      connection_.execute("UPDATE clusters SET workspace_id = ?2, name = ?3, document = ?4"
                          " WHERE id = ?1",
                          cluster.id, cluster.workspace_id, cluster.name, encode(cluster)),
      "Cluster", cluster.name);
}

base::Result<void> SqliteClusterStore::remove(const domain::ClusterId& id) {
  HP_TRYV(connection_.execute("DELETE FROM nodes WHERE cluster_id = ?1", id));
  return found_and_changed(connection_.execute("DELETE FROM clusters WHERE id = ?1", id), "Cluster",
                           id.text());
}

Found<domain::Cluster> SqliteClusterStore::find(const domain::ClusterId& id) {
  return find_one(connection_,
                  "SELECT id, workspace_id, name, document FROM clusters WHERE id = ?1",
                  read_cluster, id);
}

Found<domain::Cluster> SqliteClusterStore::find(const domain::WorkspaceId& workspace,
                                                std::string_view name) {
  return find_one(connection_,
                  "SELECT id, workspace_id, name, document FROM clusters"
                  " WHERE workspace_id = ?1 AND name = ?2",
                  read_cluster, workspace, name);
}

base::Result<std::vector<domain::Cluster>> SqliteClusterStore::list(
    const domain::WorkspaceId& workspace) {
  return find_all(connection_,
                  "SELECT id, workspace_id, name, document FROM clusters"
                  " WHERE workspace_id = ?1 ORDER BY name",
                  read_cluster, workspace);
}

base::Result<std::vector<domain::Cluster>> SqliteClusterStore::list_all() {
  return find_all(connection_,
                  "SELECT id, workspace_id, name, document FROM clusters ORDER BY name, id",
                  read_cluster);
}

base::Result<void> SqliteNodeStore::insert(const domain::Node& node) {
  return inserted(connection_.execute("INSERT INTO nodes (id, cluster_id, node_index, document)"
                                      " VALUES (?1, ?2, ?3, ?4)",
                                      node.id, node.cluster_id, node.index, encode(node)),
                  "Node", node.id.text());
}

base::Result<void> SqliteNodeStore::update(const domain::Node& node) {
  return found_and_changed(
      connection_.execute("UPDATE nodes SET cluster_id = ?2, node_index = ?3, document = ?4"
                          " WHERE id = ?1",
                          node.id, node.cluster_id, node.index, encode(node)),
      "Node", node.id.text());
}

base::Result<void> SqliteNodeStore::remove(const domain::NodeId& id) {
  return found_and_changed(connection_.execute("DELETE FROM nodes WHERE id = ?1", id), "Node",
                           id.text());
}

Found<domain::Node> SqliteNodeStore::find(const domain::NodeId& id) {
  return find_one(connection_,
                  "SELECT id, cluster_id, node_index, document FROM nodes WHERE id = ?1", read_node,
                  id);
}

base::Result<std::vector<domain::Node>> SqliteNodeStore::list(const domain::ClusterId& cluster) {
  return find_all(connection_,
                  "SELECT id, cluster_id, node_index, document FROM nodes"
                  " WHERE cluster_id = ?1 ORDER BY node_index",
                  read_node, cluster);
}

base::Result<std::vector<domain::Node>> SqliteNodeStore::list_all() {
  return find_all(connection_,
                  "SELECT id, cluster_id, node_index, document FROM nodes"
                  " ORDER BY cluster_id, node_index",
                  read_node);
}

}  // namespace homeport::ledger::sqlite
