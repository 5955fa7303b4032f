#pragma once

#include "base/result.hpp"
#include "domain/ids.hpp"
#include "domain/workspace.hpp"
#include "service/context.hpp"

namespace homeport::service {

/// Removes what a run that has ended keeps for itself: its artifacts and its run directory. What it
/// wrote elsewhere stays. What is gone already is no error.
base::Result<void> remove_run_files(const Context& context, const domain::Workspace& workspace,
                                    const domain::RunId& run);

/// Removes the run directories of all runs of a workspace.
base::Result<void> remove_run_directories(const Context& context,
                                          const domain::WorkspaceId& workspace);

}  // namespace homeport::service
