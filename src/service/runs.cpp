#include "service/runs.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "domain/names.hpp"
#include "service/experiments.hpp"
#include "service/guards.hpp"
#include "service/transactions.hpp"

namespace homeport::service {
namespace {

domain::Run new_run(const Context& context, const domain::Experiment& experiment,
                    const domain::RunId& id) {
  domain::Run run;
  run.id = id;
  run.workspace_id = experiment.workspace_id;
  run.experiment_id = experiment.id;
  run.experiment_name = experiment.name;
  run.uuid = base::random_uuid();
  run.root_id = id;
  run.created_at = context.clock.wall();
  return run;
}

/// Only a run that is being made gets a parent: families do not change.
base::Result<void> set_parent(ledger::Transaction& tx, domain::Run& run,
                              const domain::RunId& parent_id) {
  if (parent_id.empty() || parent_id == run.id || parent_id == run.parent_id) {
    return base::success();
  }
  if (run.number > 0) {
    return base::conflict("ParentImmutable",
                          fmt::format("run {} is there already and cannot get the parent {}",
                                      run.id.text(), parent_id.text()));
  }
  HP_TRY(auto parent,
         required(tx.runs().find(run.workspace_id, parent_id), run_not_found(parent_id)));
  run.parent_id = parent.id;
  run.root_id = parent.root_id;
  return base::success();
}

base::Result<void> apply(ledger::Transaction& tx, domain::Run& run, const RunChange& change) {
  if (change.parent_id) {
    HP_TRYV(set_parent(tx, run, *change.parent_id));
  }
  if (change.display_name) run.display_name = *change.display_name;
  if (change.description) run.description = *change.description;
  if (change.run_type) run.run_type = *change.run_type;
  if (change.script_name) run.script_name = *change.script_name;
  if (change.target) run.target = *change.target;
  if (change.hidden) run.hidden = *change.hidden;
  for (const auto& [key, value] : change.tags) run.tags[key] = value;
  for (const std::string& key : change.removed_tags) run.tags.erase(key);
  for (const auto& [key, value] : change.properties) {
    const auto [there, added] = run.properties.emplace(key, value);
    if (!added && there->second != value) {
      return base::conflict("PropertyImmutable",
                            fmt::format("property '{}' of run {} is '{}' and cannot be changed",
                                        key, run.id.text(), there->second));
    }
  }
  return base::success();
}

/// Reads the run, changes it and writes it back, all in one write.
template <typename Change>
base::Result<domain::Run> change_run(const Context& context, const domain::WorkspaceId& workspace,
                                     const domain::RunId& id, Change change) {
  return write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Run> {
    HP_TRY(auto run, required(tx.runs().find(workspace, id), run_not_found(id)));
    HP_TRYV(change(tx, run));
    return tx.runs().update(std::move(run));
  });
}

domain::RunEvent step_of(ClientEvent event) {
  switch (event) {
    case ClientEvent::Start:
      return domain::RunEvent::Started;
    case ClientEvent::Completed:
      return domain::RunEvent::Succeeded;
    case ClientEvent::Failed:
      return domain::RunEvent::Failed;
    case ClientEvent::Canceled:
      return domain::RunEvent::Canceled;
  }
  return domain::RunEvent::Failed;
}

}  // namespace

base::Error run_not_found(const domain::RunId& run) {
  return base::not_found("RunNotFound", fmt::format("Run {} was not found", run.text()));
}

base::Result<domain::Run> create_or_modify_run(const Context& context,
                                               const domain::Workspace& workspace,
                                               const std::string& experiment_name,
                                               const domain::RunId& id, const RunChange& change) {
  HP_TRYV(domain::check_run_id(id.text(), "runId"));
  HP_TRY(const domain::Experiment experiment,
         ensure_experiment(context, workspace.id, experiment_name));
  return write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Run> {
    HP_TRYV(check_experiment_stays(tx, experiment.id));
    HP_TRY(auto existing, tx.runs().find(workspace.id, id));
    if (existing) {
      HP_TRYV(apply(tx, *existing, change));
      return tx.runs().update(std::move(*existing));
    }
    domain::Run run = new_run(context, experiment, id);
    HP_TRYV(apply(tx, run, change));
    return tx.runs().insert(std::move(run));
  });
}

base::Result<domain::Run> modify_run(const Context& context, const domain::WorkspaceId& workspace,
                                     const domain::RunId& id, const RunChange& change) {
  return change_run(context, workspace, id, [&](ledger::Transaction& tx, domain::Run& run) {
    return apply(tx, run, change);
  });
}

base::Result<domain::Run> get_run(const Context& context, const domain::WorkspaceId& workspace,
                                  const domain::RunId& id) {
  return read(context.ledger, [&](ledger::Transaction& tx) {
    return required(tx.runs().find(workspace, id), run_not_found(id));
  });
}

base::Result<ledger::RunPage> query_runs(const Context& context, const ledger::RunQuery& query) {
  return read(context.ledger, [&](ledger::Transaction& tx) { return tx.runs().query(query); });
}

base::Result<domain::Run> find_run(const Context& context, const domain::WorkspaceId& workspace,
                                   const std::string& experiment_name, const std::string& name) {
  return read(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Run> {
    HP_TRY(const auto experiment, required(tx.experiments().find(workspace, experiment_name),
                                           experiment_not_found(experiment_name)));
    HP_TRY(auto by_name, tx.runs().find_by_name(experiment.id, name));
    if (by_name) return *by_name;
    HP_TRY(auto by_id, tx.runs().find(workspace, domain::RunId(name)));
    if (by_id && by_id->experiment_id == experiment.id) return *by_id;
    return run_not_found(domain::RunId(name));
  });
}

base::Result<domain::Run> cancel_run(const Context& context, const domain::WorkspaceId& workspace,
                                     const domain::RunId& id) {
  HP_TRY(auto run, write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Run> {
           HP_TRY(auto found, required(tx.runs().find(workspace, id), run_not_found(id)));
           return ask_to_stop(context, tx, std::move(found));
         }));
  if (run.spec) context.control.run_cancel_requested(workspace, id);
  return run;
}

base::Result<RunOperation> terminate_run(const Context& context,
                                         const domain::WorkspaceId& workspace,
                                         const domain::RunId& id, const std::string& resource) {
  HP_TRY(auto asked,
         write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<RunOperation> {
           HP_TRY(auto run, required(tx.runs().find(workspace, id), run_not_found(id)));
           if (domain::is_terminal(run.state)) return RunOperation{std::move(run), std::nullopt};
           HP_TRY(run, ask_to_stop(context, tx, std::move(run)));
           domain::Operation operation = start_operation(context, workspace, "terminate");
           operation.run_id = id;
           operation.resource = resource;
           HP_TRYV(tx.operations().insert(operation));
           return RunOperation{std::move(run), std::move(operation)};
         }));
  if (!asked.operation) return asked;
  if (asked.run.spec) context.control.run_cancel_requested(workspace, id);
  context.control.operation_started();
  return asked;
}

base::Result<RunOperation> delete_run(const Context& context, const domain::WorkspaceId& workspace,
                                      const domain::RunId& id, const std::string& resource) {
  HP_TRY(auto asked,
         write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<RunOperation> {
           HP_TRY(auto run, required(tx.runs().find(workspace, id), run_not_found(id)));
           if (!run.deletion.empty()) {
             HP_TRY(auto known, tx.operations().find(run.deletion));
             if (known) return RunOperation{std::move(run), std::move(known)};
           }
           domain::Operation operation = start_operation(context, workspace, "delete");
           operation.run_id = id;
           operation.resource = resource;
           HP_TRYV(tx.operations().insert(operation));
           run.deletion = operation.id;
           HP_TRY(run, tx.runs().update(std::move(run)));
           HP_TRY(run, ask_to_stop(context, tx, std::move(run)));
           return RunOperation{std::move(run), std::move(operation)};
         }));
  if (asked.run.spec) context.control.run_cancel_requested(workspace, id);
  context.control.operation_started();
  return asked;
}

base::Result<domain::Run> record_client_event(const Context& context,
                                              const domain::WorkspaceId& workspace,
                                              const domain::RunId& id, ClientEvent event,
                                              base::TimePoint when) {
  return write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Run> {
    HP_TRY(auto run, required(tx.runs().find(workspace, id), run_not_found(id)));
    if (run.spec || domain::is_terminal(run.state)) return run;
    if (event == ClientEvent::Start) {
      if (!run.started_at) run.started_at = when;
    } else {
      run.ended_at = when;
    }
    return tx.runs().advance(std::move(run), step_of(event));
  });
}

base::Result<domain::Run> add_run_warning(const Context& context,
                                          const domain::WorkspaceId& workspace,
                                          const domain::RunId& id,
                                          const domain::RunWarning& warning) {
  return change_run(context, workspace, id,
                    [&](ledger::Transaction&, domain::Run& run) -> base::Result<void> {
                      run.warnings.push_back(warning);
                      return base::success();
                    });
}

base::Result<domain::Run> set_run_error(const Context& context,
                                        const domain::WorkspaceId& workspace,
                                        const domain::RunId& id, const domain::RunError& error) {
  return change_run(context, workspace, id,
                    [&](ledger::Transaction&, domain::Run& run) -> base::Result<void> {
                      run.error = error;
                      return base::success();
                    });
}

}  // namespace homeport::service
