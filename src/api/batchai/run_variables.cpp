#include "api/batchai/run_variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "api/batchai/directories.hpp"
#include "api/batchai/variables.hpp"
#include "base/expand.hpp"
#include "base/text.hpp"
#include "domain/vm_size.hpp"
#include "service/frameworks.hpp"
#include "service/run_places.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;
using base::Variables;

/// Where the job's files lie on a node.
void add_places(const service::Context& context, const service::ProcessScene& scene,
                Variables& variables) {
  const domain::WorkspaceId& workspace = scene.run.workspace_id;
  const domain::RunId& run = scene.run.id;
  const std::string shared = service::run_shared(context, workspace, run).string();
  const std::string temporary = service::run_temporary(context, workspace, run).string();
  variables[variable::kMountRoot] = service::cluster_mounts(context, scene.cluster.id).string();
  variables[variable::kJobMountRoot] = service::run_mounts(context, workspace, run).string();
  variables[variable::kJobTemp] = temporary;
  // Said to be the root of all jobs' folders, and used by those who were shown it as the job's own.
  variables[variable::kJobTempDir] = temporary;
  variables[variable::kSharedJobTemp] = shared;
  variables[variable::kWorkDir] = service::run_work(context, workspace, run).string();
  variables[variable::kRoot] = service::run_directory(context, workspace, run).string();
  variables[variable::kMpiHostFile] = service::run_host_file(context, workspace, run).string();
}

bool below_mounts(const std::string& path, const Variables& variables) {
  return path.starts_with(variables.at(variable::kMountRoot) + "/") ||
         path.starts_with(variables.at(variable::kJobMountRoot) + "/");
}

/// stdouterr, and the aliases of inputs and outputs, whose paths may name any variable above and
/// those of the user.
void add_directories(const domain::Run& job, Variables& variables) {
  Variables known = variables;
  known.merge(base::expand_values(job.spec->environment.variables, variables));
  const json::object properties = properties_of(job);
  if (properties.empty()) return;
  for (const OutputDirectory& directory : output_directories(properties, segment_of(job))) {
    const bool logs = directory.id == directory.folder;
    const std::string name =
        logs ? std::string(variable::kStdOutErrDir) : variable::kOutput + directory.id;
    variables[name] = base::expand_variables(directory.node_path, known);
    // Nothing can be made between mounts: what is on none of them lies among the job's own.
    const bool mounted = place_of_folder(*job.spec, directory.folder).has_value();
    if (!mounted && below_mounts(variables[name], variables)) {
      variables[name] = variables[variable::kJobTemp] + "/" + directory.folder;
    }
  }
  const json::value* inputs = properties.if_contains("inputDirectories");
  if (inputs == nullptr) return;
  for (const json::value& entry : inputs->as_array()) {
    const json::object& input = entry.as_object();
    variables[variable::kInput + std::string(input.at("id").as_string())] =
        base::expand_variables(std::string(input.at("path").as_string()), known);
  }
}

void add_nodes(const service::ProcessScene& scene, Variables& variables) {
  std::vector<std::string> addresses;
  for (const domain::Node& node : scene.nodes) addresses.push_back(node.address);
  const size_t gpus = domain::gpus_on(scene.attempt, scene.node_index).size();
  variables[variable::kHostList] = base::join(addresses, ",");
  variables[variable::kMasterAddress] = addresses.front();
  variables[variable::kMpiMasterNode] = addresses.front();
  variables[variable::kGpus] = std::to_string(gpus);
  variables[variable::kGpusPerNode] = std::to_string(gpus);
  variables[variable::kClusterName] = scene.cluster.name;
  variables[variable::kJobId] = scene.run.id.text();
  variables[variable::kNodeId] = scene.nodes[static_cast<size_t>(scene.node_index)].id.text();
}

/// Where the processes find each other.
void add_meeting_points(const service::Context& context, const service::ProcessScene& scene,
                        Variables& variables) {
  const auto hosts = [&](const char* role) {
    return base::join(service::role_addresses(scene.attempt, scene.nodes, role), ",");
  };
  if (std::holds_alternative<domain::ParameterServerLayout>(scene.run.spec->layout)) {
    variables[variable::kServerHosts] = hosts("ps");
    variables[variable::kWorkerHosts] = hosts("worker");
  } else if (const auto& first = scene.attempt.processes.front(); first.port > 0) {
    variables[variable::kMasterNode] = fmt::format(
        "{}:{}", scene.nodes[static_cast<size_t>(first.node_index)].address, first.port);
  }
  const json::object properties = properties_of(scene.run);
  const json::value* pytorch = properties.if_contains("pyTorchSettings");
  if (pytorch == nullptr) return;
  // A file that no earlier attempt has written to.
  variables[variable::kPyTorchInitMethod] =
      fmt::format("file://{}/rendezvous-{}",
                  service::run_shared(context, scene.run.workspace_id, scene.run.id).string(),
                  scene.attempt.number);
  if (const json::value* backend = pytorch->as_object().if_contains("communicationBackend")) {
    variables[variable::kPyTorchBackend] = base::to_lower(std::string_view(backend->as_string()));
  }
}

}  // namespace

Variables run_variables(const service::Context& context, const service::ProcessScene& scene) {
  Variables variables;
  add_places(context, scene, variables);
  add_nodes(scene, variables);
  add_directories(scene.run, variables);
  add_meeting_points(context, scene, variables);
  if (scene.process != nullptr) {
    variables[variable::kTaskIndex] = std::to_string(scene.process->index);
    variables[variable::kTaskType] = scene.process->role;
  }
  return variables;
}

Variables node_variables(const service::Context& context, const domain::Cluster& cluster,
                         const domain::Node& node) {
  return {{variable::kMountRoot, service::cluster_mounts(context, cluster.id).string()},
          {variable::kClusterName, cluster.name},
          {variable::kNodeId, node.id.text()}};
}

}  // namespace homeport::api::batchai
