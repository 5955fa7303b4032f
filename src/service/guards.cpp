#include "service/guards.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "service/transactions.hpp"

namespace homeport::service {

base::Result<void> check_stays(const domain::Workspace& workspace) {
  if (workspace.deletion.empty()) return base::success();
  return base::conflict("WorkspaceDeleting",
                        fmt::format("workspace '{}' is being deleted", workspace.key.name));
}

base::Result<void> check_workspace_stays(ledger::Transaction& tx, const domain::WorkspaceId& id) {
  HP_TRY(const auto workspace,
         required(tx.workspaces().find(id),
                  base::not_found("WorkspaceNotFound",
                                  fmt::format("the workspace {} is not there", id.text()))));
  return check_stays(workspace);
}

base::Result<void> check_stays(const domain::Experiment& experiment) {
  if (experiment.deletion.empty()) return base::success();
  return base::conflict("ExperimentDeleting",
                        fmt::format("experiment '{}' is being deleted", experiment.name));
}

base::Result<void> check_experiment_stays(ledger::Transaction& tx, const domain::ExperimentId& id) {
  HP_TRY(const auto experiment,
         required(tx.experiments().find(id),
                  base::not_found("ExperimentNotFound", "the experiment was deleted just now")));
  return check_stays(experiment);
}

domain::Operation start_operation(const Context& context, const domain::WorkspaceId& workspace,
                                  std::string kind) {
  domain::Operation operation;
  operation.id = domain::OperationId(base::random_uuid());
  operation.workspace_id = workspace;
  operation.kind = std::move(kind);
  operation.started_at = context.clock.wall();
  return operation;
}

base::Result<domain::Run> ask_to_stop(const Context& context, ledger::Transaction& tx,
                                      domain::Run run) {
  if (domain::is_terminal(run.state)) return run;
  const bool waits =
      run.state == domain::RunState::Queued || run.state == domain::RunState::NotStarted;
  // Nobody but its client can end a run that its client drives: it is told by the state.
  const bool driven_by_client = !run.spec;
  if (waits || driven_by_client) run.ended_at = context.clock.wall();
  return tx.runs().advance(std::move(run), waits || !driven_by_client
                                               ? domain::RunEvent::CancelAsked
                                               : domain::RunEvent::Canceled);
}

}  // namespace homeport::service
