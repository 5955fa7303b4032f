#include "api/arm/compute_json.hpp"

#include <fmt/format.h>

#include "api/arm/resource.hpp"
#include "api/http/json.hpp"
#include "base/text.hpp"
#include "domain/names.hpp"

namespace homeport::api::arm {
namespace {

namespace json = boost::json;

struct NodeCounts {
  int in_state[6] = {};
  int of(domain::NodeState state) const { return in_state[static_cast<size_t>(state)]; }
};

NodeCounts count(const std::vector<domain::Node>& nodes) {
  NodeCounts counts;
  for (const domain::Node& node : nodes) ++counts.in_state[static_cast<size_t>(node.state)];
  return counts;
}

/// How many nodes the cluster is on its way to: those that stay and those that come.
int target_count(const service::ClusterView& view, const NodeCounts& counts) {
  if (view.cluster.state == domain::ClusterState::Deleting) return 0;
  const int staying = counts.of(domain::NodeState::Preparing) + counts.of(domain::NodeState::Idle) +
                      counts.of(domain::NodeState::Running);
  return std::max(staying, view.cluster.scale.min_nodes);
}

/// Why nodes cannot be used, or could not, the last time that they were tried: the core's code
/// where it says more than that.
json::value node_errors(const service::ClusterView& view) {
  json::array errors;
  for (const domain::ClusterProblem& problem : service::problems_of(view)) {
    json::object error{{"code", problem.code.empty() ? "NodeUnusable" : problem.code},
                       {"message", fmt::format("{}: {}", problem.node, problem.message)},
                       {"details", json::array()}};
    errors.push_back(json::object{{"error", std::move(error)}});
  }
  if (errors.empty()) return nullptr;
  return errors;
}

json::object scale_json(const domain::ScaleSettings& scale) {
  return {{"minNodeCount", scale.min_nodes},
          {"maxNodeCount", scale.max_nodes},
          {"nodeIdleTimeBeforeScaleDown", base::to_iso8601_duration(scale.idle_time)}};
}

json::object aml_properties(const service::ClusterView& view) {
  const domain::Cluster& cluster = view.cluster;
  const NodeCounts counts = count(view.nodes);
  json::value subnet = nullptr;
  if (!cluster.subnet_id.empty()) subnet = {{"id", cluster.subnet_id}};
  json::array warnings;
  for (const std::string& warning : cluster.warnings) warnings.emplace_back(warning);
  return {{"vmSize", cluster.vm_size},
          {"vmPriority",
           cluster.priority == domain::VmPriority::LowPriority ? "LowPriority" : "Dedicated"},
          {"scaleSettings", scale_json(cluster.scale)},
          {"subnet", std::move(subnet)},
          {"remoteLoginPortPublicAccess", "NotSpecified"},
          {"allocationState",
           cluster.allocation == domain::AllocationState::Steady ? "Steady" : "Resizing"},
          {"allocationStateTransitionTime", base::to_iso8601(cluster.allocation_since)},
          {"errors", node_errors(view)},
          {"warnings", std::move(warnings)},
          {"currentNodeCount", static_cast<int>(view.nodes.size())},
          {"targetNodeCount", target_count(view, counts)},
          {"nodeStateCounts",
           {{"preparingNodeCount", counts.of(domain::NodeState::Preparing)},
            {"runningNodeCount", counts.of(domain::NodeState::Running)},
            {"idleNodeCount", counts.of(domain::NodeState::Idle)},
            {"unusableNodeCount", counts.of(domain::NodeState::Unusable)},
            {"leavingNodeCount", counts.of(domain::NodeState::Leaving)},
            {"preemptedNodeCount", counts.of(domain::NodeState::Preempted)}}}};
}

base::Result<domain::VmPriority> parse_priority(const json::object& properties) {
  HP_TRY(const auto text, http::optional_string(properties, "vmPriority"));
  if (!text || base::equals_ignoring_case(*text, "Dedicated")) {
    return domain::VmPriority::Dedicated;
  }
  if (base::equals_ignoring_case(*text, "LowPriority")) return domain::VmPriority::LowPriority;
  return base::invalid_argument(
      "vmPriority", fmt::format("vmPriority must be Dedicated or LowPriority, not '{}'", *text));
}

base::Result<std::optional<int>> node_count(const json::object& scale, const char* name) {
  HP_TRY(const auto count, http::optional_integer(scale, name));
  if (!count) return std::optional<int>();
  const auto small = static_cast<int>(*count);
  if (small != *count) {
    return base::invalid_argument(name, fmt::format("{} cannot be {}", name, *count));
  }
  return std::optional<int>(small);
}

base::Result<service::ScaleChange> parse_scale(const json::object& properties) {
  HP_TRY(const json::object scale, http::object_field(properties, "scaleSettings"));
  service::ScaleChange change;
  HP_TRY(change.min_nodes, node_count(scale, "minNodeCount"));
  HP_TRY(change.max_nodes, node_count(scale, "maxNodeCount"));
  HP_TRY(const auto idle, http::optional_string(scale, "nodeIdleTimeBeforeScaleDown"));
  if (idle) {
    auto seconds = base::parse_iso8601_duration(*idle);
    if (seconds.has_error()) {
      return base::invalid_argument("nodeIdleTimeBeforeScaleDown", seconds.error().message);
    }
    change.idle_time = seconds.value();
  }
  return change;
}

}  // namespace

json::object compute_json(const domain::Workspace& workspace, const service::ClusterView& view) {
  const domain::Cluster& cluster = view.cluster;
  const bool active = cluster.state == domain::ClusterState::Active;
  return {{"id", workspace_id(workspace.key) + "/computes/" + cluster.name},
          {"name", cluster.name},
          {"type", "Microsoft.MachineLearningServices/workspaces/computes"},
          {"location", cluster.location},
          {"tags", http::to_object(cluster.tags)},
          {"properties",
           {{"computeType", "AmlCompute"},
            {"computeLocation", cluster.location},
            {"description", cluster.description},
            {"resourceId", nullptr},
            {"provisioningState", active ? "Succeeded" : "Deleting"},
            {"provisioningErrors", nullptr},
            {"isAttachedCompute", false},
            {"createdOn", base::to_iso8601(cluster.created_at)},
            {"modifiedOn", base::to_iso8601(cluster.modified_at)},
            {"properties", aml_properties(view)}}}};
}

json::object nodes_json(const service::ClusterView& view) {
  json::array nodes;
  for (const domain::Node& node : view.nodes) {
    json::object entry{{"nodeId", node.id.text()},
                       {"ipAddress", node.address},
                       {"privateIpAddress", node.address},
                       {"publicIpAddress", node.address},
                       {"port", 0},
                       {"nodeState", domain::to_string(node.state)}};
    if (!node.run_id.empty()) entry["runId"] = node.run_id.text();
    nodes.push_back(std::move(entry));
  }
  return {{"computeType", "AmlCompute"}, {"nodes", std::move(nodes)}};
}

base::Result<service::ClusterDraft> parse_compute(const std::string& name,
                                                  const json::object& body) {
  HP_TRY(const json::object outer, http::object_field(body, "properties"));
  HP_TRY(const auto type, http::optional_string(outer, "computeType"));
  if (!type) return base::invalid_argument("computeType", "computeType must be given");
  if (!base::equals_ignoring_case(*type, "AmlCompute")) {
    return base::not_implemented(fmt::format("the compute type {}", *type));
  }
  HP_TRY(const json::object properties, http::object_field(outer, "properties"));
  HP_TRYV(domain::check_cluster_name(name, "computeName"));
  service::ClusterDraft draft;
  draft.name = name;
  HP_TRY(const auto location, http::optional_string(body, "location"));
  HP_TRY(const auto description, http::optional_string(outer, "description"));
  HP_TRY(const auto vm_size, http::optional_string(properties, "vmSize"));
  HP_TRY(draft.tags, http::string_map(body, "tags"));
  HP_TRY(draft.priority, parse_priority(properties));
  HP_TRY(const auto scale, parse_scale(properties));
  HP_TRY(const json::object subnet, http::object_field(properties, "subnet"));
  HP_TRY(const auto subnet_id, http::optional_string(subnet, "id"));
  HP_TRY(const json::object account, http::object_field(properties, "userAccountCredentials"));
  HP_TRY(const auto user, http::optional_string(account, "adminUserName"));
  draft.location = location.value_or("");
  draft.description = description.value_or("");
  draft.vm_size = vm_size.value_or("");
  draft.scale.min_nodes = scale.min_nodes.value_or(0);
  if (!scale.max_nodes) return base::invalid_argument("maxNodeCount", "maxNodeCount must be given");
  draft.scale.max_nodes = *scale.max_nodes;
  draft.scale.idle_time = scale.idle_time.value_or(draft.scale.idle_time);
  draft.subnet_id = subnet_id.value_or("");
  draft.admin_user_name = user.value_or("");
  return draft;
}

base::Result<service::ScaleChange> parse_scale_change(const json::object& body) {
  HP_TRY(json::object properties, http::object_field(body, "properties"));
  if (http::find_field(properties, "properties") != nullptr) {
    HP_TRY(properties, http::object_field(properties, "properties"));
  }
  for (const char* fixed : {"vmSize", "vmPriority", "subnet", "userAccountCredentials"}) {
    if (http::find_field(properties, fixed) == nullptr) continue;
    return base::invalid_argument(
        fixed, fmt::format("{} of a cluster cannot be changed; delete it and make it anew", fixed));
  }
  return parse_scale(properties);
}

}  // namespace homeport::api::arm
