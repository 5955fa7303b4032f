#include "service/runs.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "domain/names.hpp"
#include "service/experiments.hpp"
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

base::Result<domain::Run> cancel_run(const Context& context, const domain::WorkspaceId& workspace,
                                     const domain::RunId& id) {
  HP_TRY(auto run, write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Run> {
           HP_TRY(auto found, required(tx.runs().find(workspace, id), run_not_found(id)));
           if (domain::is_terminal(found.state)) return found;
           const bool waits = found.state == domain::RunState::Queued ||
                              found.state == domain::RunState::NotStarted;
           // Nobody but its client can end a run that its client drives: it is told by the state.
           const bool driven_by_client = !found.spec;
           if (waits || driven_by_client) found.ended_at = context.clock.wall();
           return tx.runs().advance(std::move(found), waits || !driven_by_client
                                                          ? domain::RunEvent::CancelAsked
                                                          : domain::RunEvent::Canceled);
         }));
  if (run.spec) context.control.run_cancel_requested(workspace, id);
  return run;
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
