#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "domain/names.hpp"
#include "domain/vm_size.hpp"
#include "planner/gpus.hpp"
#include "service/experiments.hpp"
#include "service/guards.hpp"
#include "service/run_limits.hpp"
#include "service/runs.hpp"
#include "service/transactions.hpp"

namespace homeport::service {
namespace {

base::Result<domain::Cluster> find_target(ledger::Transaction& tx,
                                          const domain::WorkspaceId& workspace,
                                          const domain::RunSpec& spec) {
  HP_TRY(auto cluster, spec.cluster_id.empty() ? tx.clusters().find(workspace, spec.target)
                                               : tx.clusters().find(spec.cluster_id));
  if (cluster && cluster->state == domain::ClusterState::Active) return *cluster;
  return base::not_found(
      "ComputeTargetNotFound",
      fmt::format(
          "there is no compute target '{}' in this workspace; `homeport cluster list` shows "
          "those that are",
          spec.target));
}

base::Result<void> check_size(const Context& context, const domain::Cluster& cluster,
                              const RunDraft& draft) {
  const domain::RunSpec& spec = draft.spec;
  if (spec.node_count < 1) {
    return base::invalid_argument("nodeCount", "nodeCount must be 1 or more");
  }
  if (draft.too_large == TooLarge::Refused && spec.node_count > cluster.scale.max_nodes) {
    return base::invalid_argument(
        "nodeCount",
        fmt::format("nodeCount ({}) is more than the {} nodes that cluster '{}' can have; "
                    "raise its maximum or ask for fewer",
                    spec.node_count, cluster.scale.max_nodes, cluster.name));
  }
  if (spec.node_count <= context.node_capacity) return base::success();
  return base::invalid_argument(
      "nodeCount",
      fmt::format("nodeCount ({}) is more than the {} nodes that this Homeport can have",
                  spec.node_count, context.node_capacity));
}

base::Result<void> check_count(const char* field, int count, int least, int nodes) {
  if (count < least) {
    return base::invalid_argument(field, fmt::format("{} must be {} or more", field, least));
  }
  if (count > int64_t{kMostProcessesOfNode} * nodes) {
    return base::invalid_argument(
        field, fmt::format("{} must be at most {} for each node", field, kMostProcessesOfNode));
  }
  return base::success();
}

base::Result<void> check_layout(const domain::RunSpec& spec) {
  if (const auto* ranks = std::get_if<domain::RankLayout>(&spec.layout)) {
    return check_count("processCount", ranks->processes, 1, spec.node_count);
  }
  const auto* servers = std::get_if<domain::ParameterServerLayout>(&spec.layout);
  if (servers == nullptr) return base::success();
  HP_TRYV(check_count("workerCount", servers->workers, 1, spec.node_count));
  return check_count("parameterServerCount", servers->parameter_servers, 0, spec.node_count);
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

/// What cannot begin a run's id may begin a name.
std::string usable_id(const std::string& text) {
  const bool plain = text.front() != '-' && text.front() != '_';
  return plain ? text : "run" + text;
}

domain::RunId numbered_id(const Context& context, const std::string& experiment_name) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(context.clock.wall().time_since_epoch());
  return domain::RunId(
      usable_id(fmt::format("{}_{}_{}", experiment_name, seconds.count(), base::random_hex(4))));
}

/// The name itself, unless another run of the workspace has it.
base::Result<domain::RunId> id_of_name(ledger::Transaction& tx,
                                       const domain::WorkspaceId& workspace,
                                       const std::string& name) {
  const domain::RunId plain(usable_id(name));
  HP_TRY(const auto taken, tx.runs().find(workspace, plain));
  if (!taken) return plain;
  return domain::RunId(fmt::format("{}_{}", plain.text(), base::random_hex(4)));
}

base::Result<void> check_same(const domain::Run& known, const RunDraft& draft) {
  if (!known.deletion.empty()) {
    return base::conflict("RunDeleting",
                          fmt::format("run {} is being deleted; try again when it is gone",
                                      draft.name.empty() ? known.id.text() : draft.name));
  }
  if (draft.name.empty() || known.definition == draft.definition) return base::success();
  return base::conflict("RunExists", fmt::format("there is a run '{}' with another definition; "
                                                 "delete it first, or choose another name",
                                                 known.name));
}

/// The run that the draft means, if it is there. Gives the draft its id where it has none.
base::Result<std::optional<domain::Run>> find_known(ledger::Transaction& tx,
                                                    const domain::Experiment& experiment,
                                                    RunDraft& draft) {
  std::optional<domain::Run> known;
  if (!draft.name.empty()) {
    HP_TRY(known, tx.runs().find_by_name(experiment.id, draft.name));
  }
  if (!known && !draft.id.empty()) {
    HP_TRY(known, tx.runs().find(experiment.workspace_id, draft.id));
  }
  if (known) {
    HP_TRYV(check_same(*known, draft));
  } else if (draft.id.empty()) {
    HP_TRY(draft.id, id_of_name(tx, experiment.workspace_id, draft.name));
  }
  return known;
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

base::Result<void> check_draft(const RunDraft& draft) {
  if (!draft.name.empty()) {
    HP_TRYV(domain::check_resource_name(draft.name, "name"));
  }
  if (!draft.id.empty()) {
    HP_TRYV(domain::check_run_id(draft.id.text(), "runId"));
  }
  HP_TRYV(check_layout(draft.spec));
  const domain::RunSpec& spec = draft.spec;
  if (spec.script.empty() && spec.command.empty() && spec.role_commands.empty()) {
    return base::invalid_argument("script", "a run needs a script or a command");
  }
  return base::success();
}

domain::Run new_run(const Context& context, const domain::Experiment& experiment,
                    const RunDraft& draft) {
  domain::Run run;
  run.id = run.root_id = draft.id;
  run.name = draft.name;
  run.workspace_id = experiment.workspace_id;
  run.experiment_id = experiment.id;
  run.experiment_name = experiment.name;
  run.uuid = base::random_uuid();
  run.created_at = context.clock.wall();
  return run;
}

/// What a gang that this machine has too few GPUs for is told. Of a size that alone has more, the
/// cluster says so already.
void add_gpu_warning(const Context& context, const domain::Cluster& cluster, RunDraft& draft) {
  const domain::VmSize* size = domain::find_vm_size(cluster.vm_size);
  const int nodes = draft.spec.node_count;
  if (size == nullptr || size->gpus == 0 || context.gpus < size->gpus) return;
  if (planner::gpus_of_gang(size->gpus, nodes, context.gpus) > 0) return;
  draft.warnings.push_back(
      {"gpus", fmt::format("{} nodes of {} would have {} GPUs, this machine has {}: the run uses "
                           "the CPU, on every node",
                           nodes, cluster.vm_size, size->gpus * nodes, context.gpus)});
}

}  // namespace

base::Result<domain::Run> submit_run(const Context& context, const domain::Workspace& workspace,
                                     RunDraft draft,
                                     const std::optional<domain::ProjectSnapshot>& snapshot) {
  if (draft.id.empty() && draft.name.empty()) {
    draft.id = numbered_id(context, draft.experiment_name);
  }
  HP_TRYV(check_draft(draft));
  HP_TRY(const domain::Experiment experiment,
         ensure_experiment(context, workspace.id, draft.experiment_name));
  HP_TRY(auto run, write(context.ledger, [&](ledger::Transaction& tx) -> base::Result<domain::Run> {
           HP_TRYV(check_experiment_stays(tx, experiment.id));
           HP_TRY(auto existing, find_known(tx, experiment, draft));
           if (existing && existing->state != domain::RunState::NotStarted) return *existing;
           HP_TRY(auto cluster, find_target(tx, workspace.id, draft.spec));
           HP_TRYV(check_size(context, cluster, draft));
           HP_TRYV(check_data(tx, workspace.id, draft.spec));
           draft.spec.cluster_id = cluster.id;
           add_gpu_warning(context, cluster, draft);
           if (snapshot) {
             draft.spec.snapshot_id = snapshot->id;
             HP_TRYV(tx.snapshots().insert(*snapshot));
           }
           domain::Run made = existing.value_or(new_run(context, experiment, draft));
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
