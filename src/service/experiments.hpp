#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/experiment.hpp"
#include "domain/operation.hpp"
#include "service/context.hpp"

namespace homeport::service {

base::Error experiment_not_found(const std::string& name);

/// The experiment of that name, as it is; made if it is not there. Errors: InvalidArgument for a
/// bad name, Conflict/ExperimentDeleting, Conflict/WorkspaceDeleting.
base::Result<domain::Experiment> ensure_experiment(const Context& context,
                                                   const domain::WorkspaceId& workspace,
                                                   const std::string& name);

/// NotFound/ExperimentNotFound where there is none.
base::Result<domain::Experiment> get_experiment(const Context& context,
                                                const domain::WorkspaceId& workspace,
                                                const std::string& name);
base::Result<domain::Experiment> get_experiment(const Context& context,
                                                const domain::WorkspaceId& workspace,
                                                const domain::ExperimentId& id);

enum class ExperimentView { Active, Archived, All };
base::Result<std::vector<domain::Experiment>> list_experiments(const Context& context,
                                                               const domain::WorkspaceId& workspace,
                                                               ExperimentView view);

struct ExperimentChange {
  std::optional<std::string> description;
  std::optional<bool> archive;
  domain::Tags tags;  ///< merged
  std::vector<std::string> removed_tags;
};
base::Result<domain::Experiment> modify_experiment(const Context& context,
                                                   const domain::WorkspaceId& workspace,
                                                   const domain::ExperimentId& id,
                                                   const ExperimentChange& change);

/// Starts the removal of an experiment: its runs are ended, then removed as delete_run does, then
/// the experiment is. Again while it lasts: the same operation. `resource`: how the dialect names
/// the experiment.
base::Result<domain::Operation> delete_experiment(const Context& context,
                                                  const domain::WorkspaceId& workspace,
                                                  const std::string& name,
                                                  const std::string& resource);

}  // namespace homeport::service
