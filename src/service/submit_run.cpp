#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "domain/names.hpp"
#include "service/experiments.hpp"
#include "service/runs.hpp"
#include "service/transactions.hpp"

namespace homeport::service {
namespace {

base::Result<domain::Cluster> find_target(ledger::Transaction& tx,
                                          const domain::WorkspaceId& workspace,
                                          const std::string& target) {
  HP_TRY(auto cluster, tx.clusters().find(workspace, target));
  if (cluster && cluster->state == domain::ClusterState::Active) return *cluster;
  return base::not_found(
      "ComputeTargetNotFound",
      fmt::format(
          "there is no compute target '{}' in this workspace; `homeport cluster list` shows "
          "those that are",
          target));
}

base::Result<void> check_size(const Context& context, const domain::Cluster& cluster,
                              const domain::RunSpec& spec) {
  if (spec.node_count < 1) {
    return base::invalid_argument("nodeCount", "nodeCount must be 1 or more");
  }
  if (spec.node_count > cluster.scale.max_nodes) {
    return base::invalid_argument(
        "nodeCount",
        fmt::format("nodeCount ({}) is more than the {} nodes that cluster '{}' can have; "
                    "raise its maximum or ask for fewer",
                    spec.node_count, cluster.scale.max_nodes, cluster.name));
  }
  if (spec.node_count > context.node_capacity) {
    return base::invalid_argument(
        "nodeCount",
        fmt::format("nodeCount ({}) is more than the {} nodes that this Homeport can have",
                    spec.node_count, context.node_capacity));
  }
  return base::success();
}

base::Result<void> check_layout(const domain::RunSpec& spec) {
  const auto* servers = std::get_if<domain::ParameterServerLayout>(&spec.layout);
  if (servers == nullptr) return base::success();
  if (servers->workers < 1) {
    return base::invalid_argument("workerCount", "workerCount must be 1 or more");
  }
  if (servers->parameter_servers < 0) {
    return base::invalid_argument("parameterServerCount",
                                  "parameterServerCount must not be negative");
  }
  return base::success();
}

bool climbs(const std::string& path) {
  const std::vector<std::string> parts = base::split(path, '/');
  return std::find(parts.begin(), parts.end(), "..") != parts.end();
}

base::Result<void> check_data(ledger::Transaction& tx, const domain::WorkspaceId& workspace,
                              const domain::RunSpec& spec) {
  for (const domain::DataReference& reference : spec.data) {
    HP_TRY(auto datastore, tx.datastores().find(workspace, reference.datastore));
    if (!datastore) {
      return base::invalid_argument(
          fmt::format("dataReferences.{}", reference.name),
          fmt::format("there is no datastore '{}' in this workspace", reference.datastore));
    }
    const std::string field = fmt::format("dataReferences.{}", reference.name);
    // It becomes a folder and part of a variable's name.
    if (domain::check_experiment_name(reference.name, field).has_error()) {
      return base::invalid_argument(field,
                                    "a data reference is named with letters, digits, '-' and '_'");
    }
    if (climbs(reference.path_on_datastore)) {
      return base::invalid_argument(field, "pathOnDataStore must stay inside the datastore");
    }
    if (climbs(reference.path_on_compute)) {
      return base::invalid_argument(field, "pathOnCompute must stay inside the project folder");
    }
  }
  return base::success();
}

domain::RunId run_id_of(const Context& context, const RunDraft& draft) {
  if (!draft.id.empty()) return draft.id;
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(context.clock.wall().time_since_epoch());
  return domain::RunId(
      fmt::format("{}_{}_{}", draft.experiment_name, seconds.count(), base::random_hex(4)));
}

/// Fills `run`, new or recorded by its client before, with all that the draft says.
base::Result<void> fill(ledger::Transaction& tx, domain::Run& run, const RunDraft& draft) {
  const bool is_new = run.number == 0;
  if (is_new && !draft.parent_id.empty()) {
    HP_TRY(auto parent, required(tx.runs().find(run.workspace_id, draft.parent_id),
                                 run_not_found(draft.parent_id)));
    run.parent_id = parent.id;
    run.root_id = parent.root_id;
  }
  run.spec = draft.spec;
  run.run_type = draft.run_type;
  run.script_name = draft.spec.script;
  run.target = draft.spec.target;
  run.definition = draft.definition;
  for (const auto& [key, value] : draft.tags) run.tags[key] = value;
  run.properties.insert(draft.properties.begin(), draft.properties.end());
  run.warnings.insert(run.warnings.end(), draft.warnings.begin(), draft.warnings.end());
  return base::success();
}

}  // namespace

base::Result<domain::Run> submit_run(const Context& context, const domain::Workspace& workspace,
                                     RunDraft draft,
                                     const std::optional<domain::ProjectSnapshot>& snapshot) {
  draft.id = run_id_of(context, draft);
  HP_TRYV(domain::check_run_id(draft.id.text(), "runId"));
  HP_TRYV(check_layout(draft.spec));
  if (draft.spec.script.empty() && draft.spec.command.empty()) {
    return base::invalid_argument("script", "a run needs a script or a command");
  }
  HP_TRY(const domain::Experiment experiment,
         ensure_experiment(context, workspace.id, draft.experiment_name));
  HP_TRY(auto run, write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Run> {
           HP_TRY(auto existing, tx.runs().find(workspace.id, draft.id));
           if (existing && existing->state != domain::RunState::NotStarted) return *existing;
           HP_TRY(auto cluster, find_target(tx, workspace.id, draft.spec.target));
           HP_TRYV(check_size(context, cluster, draft.spec));
           HP_TRYV(check_data(tx, workspace.id, draft.spec));
           draft.spec.cluster_id = cluster.id;
           if (snapshot) {
             draft.spec.snapshot_id = snapshot->id;
             HP_TRYV(tx.snapshots().insert(*snapshot));
           }
           domain::Run made = existing.value_or(domain::Run{});
           if (!existing) {
             made.id = made.root_id = draft.id;
             made.workspace_id = workspace.id;
             made.experiment_id = experiment.id;
             made.experiment_name = experiment.name;
             made.uuid = base::random_uuid();
             made.created_at = context.clock.wall();
           }
           HP_TRYV(fill(tx, made, draft));
           if (existing) return tx.runs().advance(std::move(made), domain::RunEvent::Submitted);
           HP_TRY(made.state,
                  domain::next_state(domain::RunState::NotStarted, domain::RunEvent::Submitted));
           return tx.runs().insert(std::move(made));
         }));
  context.control.run_submitted(workspace.id, run.id);
  return run;
}

}  // namespace homeport::service
