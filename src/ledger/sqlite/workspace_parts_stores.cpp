// The smaller things of a workspace: experiments, datastores, snapshots, operations.
#include "ledger/codec.hpp"
#include "ledger/sqlite/rows.hpp"
#include "ledger/sqlite/stores.hpp"

namespace homeport::ledger::sqlite {

namespace {

base::Result<domain::Experiment> read_experiment(const Row& row) {
  domain::Experiment experiment;
  experiment.id = domain::ExperimentId(row.text(0));
  experiment.workspace_id = domain::WorkspaceId(row.text(1));
  experiment.name = row.text(2);
  HP_TRYV(decode(row.view(3), experiment));
  return experiment;
}

base::Result<domain::Datastore> read_datastore(const Row& row) {
  domain::Datastore datastore;
  datastore.workspace_id = domain::WorkspaceId(row.text(0));
  datastore.name = row.text(1);
  HP_TRYV(decode(row.view(2), datastore));
  return datastore;
}

base::Result<domain::ProjectSnapshot> read_snapshot(const Row& row) {
  domain::ProjectSnapshot snapshot;
  snapshot.workspace_id = domain::WorkspaceId(row.text(0));
  snapshot.id = domain::SnapshotId(row.text(1));
  HP_TRYV(decode(row.view(2), snapshot));
  return snapshot;
}

base::Result<domain::Operation> read_operation(const Row& row) {
  domain::Operation operation;
  operation.id = domain::OperationId(row.text(0));
  operation.workspace_id = domain::WorkspaceId(row.text(1));
  operation.started_at = base::TimePoint(base::Duration(row.integer(2)));
  HP_TRYV(decode(row.view(3), operation));
  return operation;
}

}  // namespace

base::Result<void> SqliteExperimentStore::insert(const domain::Experiment& experiment) {
  return inserted(connection_.execute("INSERT INTO experiments (id, workspace_id, name, document)"
                                      " VALUES (?1, ?2, ?3, ?4)",
                                      experiment.id, experiment.workspace_id, experiment.name,
                                      encode(experiment)),
                  "Experiment", experiment.name);
}

base::Result<void> SqliteExperimentStore::update(const domain::Experiment& experiment) {
  return found_and_changed(
      connection_.execute("UPDATE experiments SET workspace_id = ?2, name = ?3, document = ?4"
                          " WHERE id = ?1",
                          experiment.id, experiment.workspace_id, experiment.name,
                          encode(experiment)),
      "Experiment", experiment.name);
}

base::Result<void> SqliteExperimentStore::remove(const domain::ExperimentId& id) {
  HP_TRYV(connection_.execute("DELETE FROM run_numbers WHERE experiment_id = ?1", id));
  return found_and_changed(connection_.execute("DELETE FROM experiments WHERE id = ?1", id),
                           "Experiment", id.text());
}

Found<domain::Experiment> SqliteExperimentStore::find(const domain::ExperimentId& id) {
  return find_one(connection_,
                  "SELECT id, workspace_id, name, document FROM experiments WHERE id = ?1",
                  read_experiment, id);
}

Found<domain::Experiment> SqliteExperimentStore::find(const domain::WorkspaceId& workspace,
                                                      std::string_view name) {
  return find_one(connection_,
                  "SELECT id, workspace_id, name, document FROM experiments"
                  " WHERE workspace_id = ?1 AND name = ?2",
                  read_experiment, workspace, name);
}

base::Result<std::vector<domain::Experiment>> SqliteExperimentStore::list(
    const domain::WorkspaceId& workspace) {
  return find_all(connection_,
                  "SELECT id, workspace_id, name, document FROM experiments"
                  " WHERE workspace_id = ?1 ORDER BY name",
                  read_experiment, workspace);
}

base::Result<void> SqliteDatastoreStore::insert(const domain::Datastore& datastore) {
  return inserted(connection_.execute("INSERT INTO datastores (workspace_id, name, document)"
                                      " VALUES (?1, ?2, ?3)",
                                      datastore.workspace_id, datastore.name, encode(datastore)),
                  "Datastore", datastore.name);
}

base::Result<void> SqliteDatastoreStore::update(const domain::Datastore& datastore) {
  return found_and_changed(
      connection_.execute("UPDATE datastores SET name = ?2, document = ?3"
                          " WHERE workspace_id = ?1 AND name = ?2",
                          datastore.workspace_id, datastore.name, encode(datastore)),
      "Datastore", datastore.name);
}

base::Result<void> SqliteDatastoreStore::remove(const domain::WorkspaceId& workspace,
                                                std::string_view name) {
  return found_and_changed(
      connection_.execute("DELETE FROM datastores WHERE workspace_id = ?1 AND name = ?2", workspace,
                          name),
      "Datastore", name);
}

Found<domain::Datastore> SqliteDatastoreStore::find(const domain::WorkspaceId& workspace,
                                                    std::string_view name) {
  return find_one(connection_,
                  "SELECT workspace_id, name, document FROM datastores"
                  " WHERE workspace_id = ?1 AND name = ?2",
                  read_datastore, workspace, name);
}

base::Result<std::vector<domain::Datastore>> SqliteDatastoreStore::list(
    const domain::WorkspaceId& workspace) {
  return find_all(connection_,
                  "SELECT workspace_id, name, document FROM datastores"
                  " WHERE workspace_id = ?1 ORDER BY name",
                  read_datastore, workspace);
}

base::Result<void> SqliteSnapshotStore::insert(const domain::ProjectSnapshot& snapshot) {
  return inserted(connection_.execute("INSERT INTO snapshots (workspace_id, id, document)"
                                      " VALUES (?1, ?2, ?3)",
                                      snapshot.workspace_id, snapshot.id, encode(snapshot)),
                  "Snapshot", snapshot.id.text());
}

Found<domain::ProjectSnapshot> SqliteSnapshotStore::find(const domain::WorkspaceId& workspace,
                                                         const domain::SnapshotId& id) {
  return find_one(connection_,
                  "SELECT workspace_id, id, document FROM snapshots"
                  " WHERE workspace_id = ?1 AND id = ?2",
                  read_snapshot, workspace, id);
}

base::Result<void> SqliteOperationStore::insert(const domain::Operation& operation) {
  return inserted(
      connection_.execute("INSERT INTO operations (id, workspace_id, state, started_at, document)"
                          " VALUES (?1, ?2, ?3, ?4, ?5)",
                          operation.id, operation.workspace_id, to_column(operation.state),
                          operation.started_at, encode(operation)),
      "Operation", operation.id.text());
}

base::Result<void> SqliteOperationStore::update(const domain::Operation& operation) {
  return found_and_changed(
      connection_.execute("UPDATE operations SET workspace_id = ?2, state = ?3, started_at = ?4,"
                          " document = ?5 WHERE id = ?1",
                          operation.id, operation.workspace_id, to_column(operation.state),
                          operation.started_at, encode(operation)),
      "Operation", operation.id.text());
}

Found<domain::Operation> SqliteOperationStore::find(const domain::OperationId& id) {
  return find_one(connection_,
                  "SELECT id, workspace_id, started_at, document FROM operations WHERE id = ?1",
                  read_operation, id);
}

base::Result<std::vector<domain::Operation>> SqliteOperationStore::list_unfinished() {
  return find_all(connection_,
                  "SELECT id, workspace_id, started_at, document FROM operations"
                  " WHERE state = 'InProgress' ORDER BY started_at, id",
                  read_operation);
}

base::Result<void> SqliteOperationStore::remove_finished(base::TimePoint started_before) {
  const auto removed = connection_.execute(
      "DELETE FROM operations WHERE state <> 'InProgress' AND started_at < ?1", started_before);
  if (!removed) return removed.error();
  return base::success();
}

}  // namespace homeport::ledger::sqlite
