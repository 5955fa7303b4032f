#include "api/batchai/cluster_json.hpp"

#include <boost/json.hpp>

#include "api/batchai/cluster_draft.hpp"
#include "api/batchai/names.hpp"
#include "api/batchai/resource.hpp"
#include "base/text.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

/// What the cluster's own client said of it; of a cluster of another dialect, what the core knows.
json::object definition_of(const domain::Cluster& cluster) {
  json::error_code error;
  const json::value definition = json::parse(cluster.definition, error);
  if (!error && definition.is_object()) {
    if (const json::value* properties = definition.get_object().if_contains("properties")) {
      return properties->as_object();
    }
  }
  json::object made{{"vmPriority", vm_priority(cluster.priority)},
                    {"virtualMachineConfiguration", {{"imageReference", default_image()}}},
                    {"userAccountSettings", {{"adminUserName", cluster.admin_user_name}}}};
  if (!cluster.subnet_id.empty()) made["subnet"] = {{"id", cluster.subnet_id}};
  return made;
}

json::object scale_json(const domain::ScaleSettings& scale) {
  if (scale.mode == domain::ScaleMode::Manual) {
    return {{"manual",
             {{"targetNodeCount", scale.max_nodes},
              {"nodeDeallocationOption", deallocation_option(scale.deallocation)}}}};
  }
  return {{"autoScale",
           {{"minimumNodeCount", scale.min_nodes},
            {"maximumNodeCount", scale.max_nodes},
            {"initialNodeCount", scale.initial_nodes}}}};
}

/// This service had no state for a node that was taken away: it is on its way out.
json::object counts_json(const service::NodeCounts& counts) {
  return {{"runningNodeCount", counts.running},
          {"idleNodeCount", counts.idle},
          {"unusableNodeCount", counts.unusable},
          {"preparingNodeCount", counts.preparing},
          {"leavingNodeCount", counts.leaving + counts.preempted}};
}

json::array errors_json(const service::ClusterView& view) {
  json::array errors;
  for (const domain::ClusterProblem& problem : service::problems_of(view)) {
    const Failure failure = cluster_failure(problem.code, problem.message);
    json::array details{json::object{{"name", "Node"}, {"value", problem.node}}};
    if (!failure.info.empty()) {
      details.push_back(json::object{{"name", "Info"}, {"value", failure.info}});
    }
    errors.push_back(json::object{
        {"code", failure.code}, {"message", failure.message}, {"details", std::move(details)}});
  }
  return errors;
}

/// Where the setup task's output lies below its prefix: known to the service only.
void add_log_suffix(json::object& properties, const domain::Workspace& workspace,
                    const domain::Cluster& cluster) {
  json::value* setup = properties.if_contains("nodeSetup");
  json::value* task = setup == nullptr ? nullptr : setup->as_object().if_contains("setupTask");
  if (task == nullptr) return;
  std::string unique = cluster.id.text();
  if (cluster.setup && cluster.setup->logs) {
    unique = base::split(cluster.setup->logs->path, '/').back();
  }
  task->as_object()["stdOutErrPathSuffix"] = setup_log_suffix(workspace.key, cluster.name, unique);
}

}  // namespace

json::object cluster_json(const domain::Workspace& workspace, const service::ClusterView& view) {
  const domain::Cluster& cluster = view.cluster;
  const bool active = cluster.state == domain::ClusterState::Active;
  json::object properties{{"provisioningState", active ? kSucceeded : kDeleting},
                          {"allocationState", allocation_state(cluster.allocation)},
                          {"creationTime", to_wire_time(cluster.created_at)},
                          {"allocationStateTransitionTime", to_wire_time(cluster.allocation_since)},
                          {"provisioningStateTransitionTime",
                           to_wire_time(active ? cluster.created_at : cluster.modified_at)},
                          {"vmSize", cluster.vm_size},
                          {"currentNodeCount", static_cast<int64_t>(view.nodes.size())},
                          {"nodeStateCounts", counts_json(service::count_nodes(view.nodes))},
                          {"scaleSettings", scale_json(cluster.scale)}};
  for (const auto& [key, value] : definition_of(cluster)) properties[key] = value;
  add_log_suffix(properties, workspace, cluster);
  json::array errors = errors_json(view);
  if (!errors.empty()) properties["errors"] = std::move(errors);
  return {{"id", cluster_id(workspace.key, cluster.name)},
          {"name", cluster.name},
          {"type", "Microsoft.BatchAI/workspaces/clusters"},
          {"properties", std::move(properties)}};
}

}  // namespace homeport::api::batchai
