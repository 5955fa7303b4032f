#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/experiment.hpp"
#include "service/context.hpp"

namespace homeport::service {

/// The experiment of that name, made if it is not there. InvalidArgument for a bad name.
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

}  // namespace homeport::service
