#include "ledger/codec.hpp"
#include "ledger/sqlite/rows.hpp"
#include "ledger/sqlite/stores.hpp"

namespace homeport::ledger::sqlite {

namespace {

base::Result<domain::Workspace> read_workspace(const Row& row) {
  domain::Workspace workspace;
  workspace.id = domain::WorkspaceId(row.text(0));
  workspace.key = {row.text(1), row.text(2), row.text(3)};
  workspace.storage_account = row.text(4);
  HP_TRYV(decode(row.view(5), workspace));
  return workspace;
}

// What hangs on a workspace, leaves first.
constexpr std::string_view kRemovals[] = {
    "DELETE FROM nodes WHERE cluster_id IN (SELECT id FROM clusters WHERE workspace_id = ?1)",
    "DELETE FROM clusters WHERE workspace_id = ?1",
    "DELETE FROM metric_rows WHERE series_id IN (SELECT id FROM metric_series"
    " WHERE workspace_id = ?1)",
    "DELETE FROM metric_series WHERE workspace_id = ?1",
    "DELETE FROM attempts WHERE workspace_id = ?1",
    "DELETE FROM runs WHERE workspace_id = ?1",
    "DELETE FROM run_numbers WHERE workspace_id = ?1",
    "DELETE FROM experiments WHERE workspace_id = ?1",
    "DELETE FROM datastores WHERE workspace_id = ?1",
    "DELETE FROM snapshots WHERE workspace_id = ?1",
};

}  // namespace

base::Result<void> SqliteWorkspaceStore::insert(const domain::Workspace& workspace) {
  return inserted(
      connection_.execute("INSERT INTO workspaces (id, subscription_id, resource_group, name,"
                          " storage_account, document) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                          workspace.id, workspace.key.subscription_id, workspace.key.resource_group,
                          workspace.key.name, workspace.storage_account, encode(workspace)),
      "Workspace", workspace.key.name);
}

base::Result<void> SqliteWorkspaceStore::update(const domain::Workspace& workspace) {
  return found_and_changed(
      connection_.execute("UPDATE workspaces SET subscription_id = ?2, resource_group = ?3,"
                          " name = ?4, storage_account = ?5, document = ?6 WHERE id = ?1",
                          workspace.id, workspace.key.subscription_id, workspace.key.resource_group,
                          workspace.key.name, workspace.storage_account, encode(workspace)),
      "Workspace", workspace.key.name);
}

base::Result<void> SqliteWorkspaceStore::remove(const domain::WorkspaceId& id) {
  for (const std::string_view sql : kRemovals) {
    HP_TRYV(connection_.execute(sql, id));
  }
  return found_and_changed(connection_.execute("DELETE FROM workspaces WHERE id = ?1", id),
                           "Workspace", id.text());
}

Found<domain::Workspace> SqliteWorkspaceStore::find(const domain::WorkspaceId& id) {
  return find_one(connection_,
                  "SELECT id, subscription_id, resource_group, name, storage_account, document"
                  " FROM workspaces WHERE id = ?1",
                  read_workspace, id);
}

Found<domain::Workspace> SqliteWorkspaceStore::find(const domain::WorkspaceKey& key) {
  return find_one(connection_,
                  "SELECT id, subscription_id, resource_group, name, storage_account, document"
                  " FROM workspaces"
                  " WHERE subscription_id = ?1 AND resource_group = ?2 AND name = ?3",
                  read_workspace, key.subscription_id, key.resource_group, key.name);
}

Found<domain::Workspace> SqliteWorkspaceStore::find_by_account(std::string_view storage_account) {
  return find_one(connection_,
                  "SELECT id, subscription_id, resource_group, name, storage_account, document"
                  " FROM workspaces WHERE storage_account = ?1 AND storage_account <> ''",
                  read_workspace, storage_account);
}

base::Result<std::vector<domain::Workspace>> SqliteWorkspaceStore::list() {
  return find_all(connection_,
                  "SELECT id, subscription_id, resource_group, name, storage_account, document"
                  " FROM workspaces ORDER BY name, resource_group, subscription_id",
                  read_workspace);
}

}  // namespace homeport::ledger::sqlite
