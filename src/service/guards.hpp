#pragma once

#include <string>

#include "domain/experiment.hpp"
#include "domain/operation.hpp"
#include "domain/run.hpp"
#include "domain/workspace.hpp"
#include "service/context.hpp"

/// What several use cases ask or make in their own transaction.
namespace homeport::service {

/// Nothing is added to what is being deleted: Conflict/WorkspaceDeleting.
base::Result<void> check_stays(const domain::Workspace& workspace);
/// The same; NotFound/WorkspaceNotFound if it went in the meantime.
base::Result<void> check_workspace_stays(ledger::Transaction& tx, const domain::WorkspaceId& id);
/// Conflict/ExperimentDeleting.
base::Result<void> check_stays(const domain::Experiment& experiment);
/// The same; NotFound/ExperimentNotFound if it went in the meantime.
base::Result<void> check_experiment_stays(ledger::Transaction& tx, const domain::ExperimentId& id);

/// An operation that begins now; in no store yet.
domain::Operation start_operation(const Context& context, const domain::WorkspaceId& workspace,
                                  std::string kind);

/// Takes the step of a run that is asked to stop: one that waits or that its client drives is
/// Canceled at once, one that has ended stays as it is.
base::Result<domain::Run> ask_to_stop(const Context& context, ledger::Transaction& tx,
                                      domain::Run run);

}  // namespace homeport::service
