#include "service/order_composer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "service/datastores.hpp"
#include "service/frameworks.hpp"
#include "service/run_files.hpp"
#include "service/transactions.hpp"
#include "service/workspaces.hpp"

namespace homeport::service {
namespace {

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

/// What data references become: paths for the processes, mounts and copies for the agent.
struct DataPlan {
  std::map<std::string, std::string> variables;
  std::vector<engine::MountOrder> mounts;
  std::vector<engine::CopyOrder> downloads;
  std::vector<engine::CopyOrder> uploads;
};

/// A mount shows the whole store, as the service's did: what is made there later is seen, and two
/// references share it.
base::Result<void> plan_mount(const Context& context, const domain::DataReference& reference,
                              const objects::ContainerName& container, const std::string& store,
                              const std::string& path, const std::filesystem::path& run_directory,
                              DataPlan& plan) {
  HP_TRY(const std::filesystem::path root,
         context.objects.local_path(container, "", objects::Make::No));
  const std::filesystem::path target = run_directory / "mounts" / store;
  const engine::MountOrder order{root.string(), target.string(), false};
  if (std::find(plan.mounts.begin(), plan.mounts.end(), order) == plan.mounts.end()) {
    plan.mounts.push_back(order);
  }
  plan.variables["AZUREML_DATAREFERENCE_" + reference.name] =
      path.empty() ? target.string() : (target / path).string();
  return base::success();
}

/// Copies before the run (download) or after it (upload).
base::Result<void> plan_copy(const Context& context, const domain::DataReference& reference,
                             const objects::ContainerName& container, const std::string& path,
                             const std::filesystem::path& run_directory,
                             const std::filesystem::path& project, DataPlan& plan) {
  const bool upload = reference.mode == domain::DataMode::Upload;
  const auto place = context.objects.local_path(
      container, path, upload ? objects::Make::Directories : objects::Make::No);
  if (place.has_error() && place.error().code == base::ErrorCode::NotFound) {
    return base::not_found("DataNotFound",
                           fmt::format("datastore '{}' has no '{}'", reference.datastore, path));
  }
  HP_TRY(const std::filesystem::path stored, place);
  // An absolute path was a place of the service's own container; here it stays inside the run's
  // folder.
  const std::filesystem::path wished(reference.path_on_compute);
  const std::filesystem::path local = wished.empty() || wished.is_absolute()
                                          ? run_directory / "data" / reference.name
                                          : project / wished;
  // A file keeps its name in the folder that it is copied to.
  const bool one_file = !upload && std::filesystem::is_regular_file(stored);
  plan.variables["AZUREML_DATAREFERENCE_" + reference.name] =
      (one_file ? local / stored.filename() : local).string();
  if (upload) {
    plan.uploads.push_back({local.string(), stored.string(), reference.overwrite});
  } else {
    plan.downloads.push_back({stored.string(), local.string(), reference.overwrite});
  }
  return base::success();
}

base::Result<void> plan_one(const Context& context, const domain::DataReference& reference,
                            const domain::Workspace& workspace,
                            const std::filesystem::path& run_directory,
                            const std::filesystem::path& project, DataPlan& plan) {
  HP_TRY(const domain::Datastore datastore,
         get_datastore(context, workspace.id, reference.datastore));
  const objects::ContainerName container = place_of(datastore);
  std::string path = reference.path_on_datastore;
  while (path.starts_with('/')) path.erase(0, 1);
  while (path.ends_with('/')) path.pop_back();
  if (reference.mode == domain::DataMode::Mount) {
    return plan_mount(context, reference, container, datastore.name, path, run_directory, plan);
  }
  return plan_copy(context, reference, container, path, run_directory, project, plan);
}

std::string hosts_file(const std::vector<domain::Node>& nodes) {
  std::string text = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n";
  for (const domain::Node& node : nodes) text += node.address + " " + node.host_name + "\n";
  return text;
}

std::vector<std::string> command_line(const domain::RunSpec& spec, const std::string& interpreter) {
  std::vector<std::string> words;
  if (spec.script.empty()) {
    words = spec.command;
    if (words.size() == 1) words = {"/bin/sh", "-c", spec.command.front()};
  } else {
    words = {interpreter, spec.script};
  }
  words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
  return words;
}

/// What every process finds besides what its dialect and its user give it.
std::map<std::string, std::string> common_variables(const ResolvedEnvironment& environment) {
  std::map<std::string, std::string> variables = environment.variables;
  const std::filesystem::path bin = std::filesystem::path(environment.interpreter).parent_path();
  variables["PATH"] = (bin.empty() ? std::string() : bin.string() + ":") +
                      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  variables["LANG"] = "C.UTF-8";
  // A log that is followed must not wait in a buffer of the interpreter.
  variables["PYTHONUNBUFFERED"] = "1";
  variables["PYTHONDONTWRITEBYTECODE"] = "1";
  return variables;
}

}  // namespace

std::string fill_log_name(std::string pattern, const std::string& role, int index,
                          const std::string& node) {
  replace_all(pattern, "{role}", role);
  replace_all(pattern, "{index}", std::to_string(index));
  replace_all(pattern, "{node}", node);
  return pattern;
}

base::Result<std::vector<engine::AttemptOrder>> OrderComposer::compose(
    const domain::Run& run, const domain::Attempt& attempt, const domain::Cluster&,
    const std::vector<domain::Node>& nodes) {
  const domain::RunSpec& spec = *run.spec;
  HP_TRY(const domain::Workspace workspace, get_workspace(context_, run.workspace_id));
  HP_TRY(const std::filesystem::path artifacts, artifact_directory(context_, workspace, run.id));
  const std::filesystem::path directory = run_directory(context_, run.workspace_id, run.id);
  const std::filesystem::path project = directory / "project";

  engine::AttemptOrder shared;
  shared.run_id = run.id;
  shared.number = attempt.number;
  shared.token = attempt.token;
  shared.slot = nodes.front().slot;
  shared.launch_when_prepared = nodes.size() == 1;
  shared.artifacts = artifacts.string();
  shared.project = project.string();
  shared.hosts = hosts_file(nodes);
  if (!spec.snapshot_id.empty()) {
    HP_TRY(auto snapshot, read(context_.ledger, [&](ledger::Transaction& tx) {
             return required(tx.snapshots().find(run.workspace_id, spec.snapshot_id),
                             base::not_found("SnapshotNotFound", "the run's snapshot is gone"));
           }));
    shared.snapshot_zip = (context_.data_directory / snapshot.file).string();
  }
  DataPlan data;
  for (const domain::DataReference& reference : spec.data) {
    HP_TRYV(plan_one(context_, reference, workspace, directory, project, data));
  }
  shared.mounts = data.mounts;
  for (const char* watched : {"outputs", "logs"}) {
    shared.mounts.push_back({(artifacts / watched).string(), (project / watched).string(), false});
  }
  shared.downloads = data.downloads;
  const ResolvedEnvironment environment = resolve_environment(spec.environment, environments_);
  shared.environment = environment.order;
  shared.environment.log_name = spec.logs.environment_build;

  std::vector<engine::AttemptOrder> orders;
  for (size_t i = 0; i < nodes.size(); ++i) {
    engine::AttemptOrder order = shared;
    order.node_index = static_cast<int>(i);
    order.head = i == 0;
    if (order.head) order.uploads = data.uploads;
    order.preparation_log = fill_log_name(spec.logs.node_preparation, "", 0, nodes[i].host_name);
    for (const domain::ProcessRecord& process : attempt.processes) {
      if (process.node_index != order.node_index) continue;
      engine::ProcessOrder started{process.role, process.index,
                                   command_line(spec, environment.interpreter),
                                   common_variables(environment), process.log_name};
      if (std::holds_alternative<domain::ParameterServerLayout>(spec.layout)) {
        started.variables["TF_CONFIG"] = tensorflow_config(attempt, nodes, process);
      }
      for (auto& [name, value] : variables_(workspace, run, attempt, process)) {
        if (name == "AZUREML_RUN_TOKEN") order.run_token_header = "Bearer " + value;
        started.variables[name] = value;
      }
      for (const auto& [name, value] : data.variables) started.variables[name] = value;
      for (const auto& [name, value] : spec.environment.variables) started.variables[name] = value;
      order.processes.push_back(std::move(started));
    }
    orders.push_back(std::move(order));
  }
  return orders;
}

}  // namespace homeport::service
