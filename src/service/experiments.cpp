#include "service/experiments.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "domain/names.hpp"
#include "service/guards.hpp"
#include "service/transactions.hpp"

namespace homeport::service {
namespace {

constexpr size_t kLongestName = 255;

/// An id of another workspace is as unknown as one that was never given.
base::Result<domain::Experiment> find_by_id(ledger::Transaction& tx,
                                            const domain::WorkspaceId& workspace,
                                            const domain::ExperimentId& id) {
  HP_TRY(auto experiment, required(tx.experiments().find(id), experiment_not_found(id.text())));
  if (experiment.workspace_id != workspace) return experiment_not_found(id.text());
  return experiment;
}

/// The experiment if it is there; Conflict if it, or its workspace, is being deleted.
ledger::Found<domain::Experiment> find_staying(ledger::Transaction& tx,
                                               const domain::WorkspaceId& workspace,
                                               const std::string& name) {
  HP_TRYV(check_workspace_stays(tx, workspace));
  HP_TRY(auto there, tx.experiments().find(workspace, name));
  if (there) {
    HP_TRYV(check_stays(*there));
  }
  return there;
}

}  // namespace

base::Error experiment_not_found(const std::string& name) {
  return base::not_found("ExperimentNotFound",
                         fmt::format("there is no experiment '{}' in this workspace", name));
}

base::Result<domain::Experiment> ensure_experiment(const Context& context,
                                                   const domain::WorkspaceId& workspace,
                                                   const std::string& name) {
  HP_TRYV(domain::check_resource_name(name, "experimentName", kLongestName));
  HP_TRY(auto existing, read(context.ledger, [&](ledger::Transaction& tx) {
           return find_staying(tx, workspace, name);
         }));
  if (existing) return *existing;
  return write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Experiment> {
    // Someone may have made it since the look above.
    HP_TRY(auto there, find_staying(tx, workspace, name));
    if (there) return *there;
    domain::Experiment experiment;
    experiment.id = domain::ExperimentId(base::random_uuid());
    experiment.workspace_id = workspace;
    experiment.name = name;
    experiment.created_at = context.clock.wall();
    HP_TRYV(tx.experiments().insert(experiment));
    return experiment;
  });
}

base::Result<domain::Experiment> get_experiment(const Context& context,
                                                const domain::WorkspaceId& workspace,
                                                const std::string& name) {
  return read(context.ledger, [&](ledger::Transaction& tx) {
    return required(tx.experiments().find(workspace, name), experiment_not_found(name));
  });
}

base::Result<domain::Experiment> get_experiment(const Context& context,
                                                const domain::WorkspaceId& workspace,
                                                const domain::ExperimentId& id) {
  return read(context.ledger,
              [&](ledger::Transaction& tx) { return find_by_id(tx, workspace, id); });
}

base::Result<std::vector<domain::Experiment>> list_experiments(const Context& context,
                                                               const domain::WorkspaceId& workspace,
                                                               ExperimentView view) {
  HP_TRY(auto experiments, read(context.ledger, [&](ledger::Transaction& tx) {
           return tx.experiments().list(workspace);
         }));
  std::erase_if(experiments, [&](const domain::Experiment& experiment) {
    return (view == ExperimentView::Active && experiment.archived_at) ||
           (view == ExperimentView::Archived && !experiment.archived_at);
  });
  return experiments;
}

base::Result<domain::Experiment> modify_experiment(const Context& context,
                                                   const domain::WorkspaceId& workspace,
                                                   const domain::ExperimentId& id,
                                                   const ExperimentChange& change) {
  return write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Experiment> {
    HP_TRY(auto experiment, find_by_id(tx, workspace, id));
    if (change.description) experiment.description = *change.description;
    if (change.archive) {
      experiment.archived_at = *change.archive ? std::optional(context.clock.wall()) : std::nullopt;
    }
    for (const auto& [key, value] : change.tags) experiment.tags[key] = value;
    for (const std::string& key : change.removed_tags) experiment.tags.erase(key);
    HP_TRYV(tx.experiments().update(experiment));
    return experiment;
  });
}

base::Result<domain::Operation> delete_experiment(const Context& context,
                                                  const domain::WorkspaceId& workspace,
                                                  const std::string& name,
                                                  const std::string& resource) {
  HP_TRY(auto operation,
         write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Operation> {
           HP_TRY(auto experiment,
                  required(tx.experiments().find(workspace, name), experiment_not_found(name)));
           if (!experiment.deletion.empty()) {
             HP_TRY(auto known, tx.operations().find(experiment.deletion));
             if (known) return *known;
           }
           domain::Operation made = start_operation(context, workspace, "delete");
           made.experiment_id = experiment.id;
           made.resource = resource;
           HP_TRYV(tx.operations().insert(made));
           experiment.deletion = made.id;
           HP_TRYV(tx.experiments().update(experiment));
           return made;
         }));
  context.control.operation_started();
  return operation;
}

}  // namespace homeport::service
