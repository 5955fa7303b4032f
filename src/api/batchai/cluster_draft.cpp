#include "api/batchai/cluster_draft.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/batchai/models.hpp"
#include "api/batchai/names.hpp"
#include "api/batchai/resource.hpp"
#include "api/batchai/toolkits.hpp"
#include "api/batchai/user_variables.hpp"
#include "api/batchai/volumes.hpp"
#include "api/http/json.hpp"
#include "base/text.hpp"
#include "domain/vm_size.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

constexpr const char* kScale = "properties.scaleSettings";
constexpr const char* kSetupTask = "properties.nodeSetup.setupTask";

/// The core's names of a scale's fields, and those of this dialect below kScale.
struct ScaleField {
  const char* core;
  const char* path;
  const char* name;
};
constexpr ScaleField kScaleFields[] = {
    {"targetNodeCount", "manual.targetNodeCount", "targetNodeCount"},
    {"minNodeCount", "autoScale.minimumNodeCount", "minimumNodeCount"},
    {"maxNodeCount", "autoScale.maximumNodeCount", "maximumNodeCount"},
    {"initialNodeCount", "autoScale.initialNodeCount", "initialNodeCount"}};

int number_at(const json::object& object, const char* name) {
  return static_cast<int>(object.at(name).as_int64());
}

/// From conformed scaleSettings.
base::Result<domain::ScaleSettings> parse_scale(const json::object& settings) {
  const json::value* manual = settings.if_contains("manual");
  const json::value* automatic = settings.if_contains("autoScale");
  if ((manual == nullptr) == (automatic == nullptr)) {
    return wrong_field(kScale, manual == nullptr ? "must hold manual or autoScale"
                                                 : "must hold manual or autoScale, not both");
  }
  domain::ScaleSettings scale;
  if (manual != nullptr) {
    const json::object& given = manual->as_object();
    scale.mode = domain::ScaleMode::Manual;
    scale.min_nodes = scale.max_nodes = number_at(given, "targetNodeCount");
    scale.deallocation = parse_deallocation_option(text_at(given, "nodeDeallocationOption"));
  } else {
    const json::object& given = automatic->as_object();
    scale.mode = domain::ScaleMode::Automatic;
    scale.min_nodes = number_at(given, "minimumNodeCount");
    scale.max_nodes = number_at(given, "maximumNodeCount");
    scale.initial_nodes =
        given.contains("initialNodeCount") ? number_at(given, "initialNodeCount") : scale.min_nodes;
  }
  const auto checked = domain::check_scale_settings(scale);
  if (checked.has_error()) return scale_error(checked.error());
  return scale;
}

base::Result<const domain::VmSize*> find_size(const std::string& vm_size,
                                              domain::VmPriority priority) {
  const domain::VmSize* size = domain::find_vm_size(vm_size);
  if (size == nullptr) {
    return wrong_field("properties.vmSize",
                       fmt::format("must be a VM size of the catalogue, as STANDARD_NC6 is, and "
                                   "'{}' is none; GET …/locations/LOCATION/vmSizes lists them",
                                   vm_size));
  }
  if (priority == domain::VmPriority::LowPriority && !size->low_priority_capable) {
    return wrong_field("properties.vmPriority",
                       fmt::format("cannot be lowpriority for {}", size->name));
  }
  return size;
}

base::Result<void> read_setup_task(const domain::Workspace& workspace, const std::string& cluster,
                                   const Conformed& body, const security::Keyring& keyring,
                                   const json::object& task, domain::NodeSetup& setup) {
  setup.command = shell_command(text_at(task, "commandLine"));
  HP_TRY(UserVariables variables, read_variables(task, kSetupTask, body, keyring));
  setup.variables = std::move(variables.plain);
  setup.sealed_secrets = std::move(variables.sealed);
  setup.output_name = "stdout-{node}.txt";
  setup.error_name = "stderr-{node}.txt";
  static const std::vector<domain::Volume> kNone;
  const auto prefix = place_of(text_at(task, "stdOutErrPathPrefix"), {kNone, setup.volumes});
  if (prefix) {
    setup.logs = below(*prefix, setup_log_suffix(workspace.key, cluster, base::random_uuid()));
  }
  return base::success();
}

base::Result<std::optional<domain::NodeSetup>> parse_setup(const domain::Workspace& workspace,
                                                           const std::string& cluster,
                                                           const Conformed& body,
                                                           const security::Keyring& keyring) {
  std::optional<domain::NodeSetup> setup;
  const json::value* given = body.value.if_contains("nodeSetup");
  if (given == nullptr) return setup;
  const json::object& node_setup = given->as_object();
  setup.emplace();
  HP_TRY(setup->volumes, parse_volumes(node_setup, "properties.nodeSetup", body, keyring));
  if (const json::value* task = node_setup.if_contains("setupTask")) {
    HP_TRYV(read_setup_task(workspace, cluster, body, keyring, task->as_object(), *setup));
  }
  if (setup->volumes.empty() && setup->command.empty()) setup.reset();
  return setup;
}

/// What was not said of the machine's image.
void fill_image(json::object& properties) {
  json::value& configuration = properties["virtualMachineConfiguration"];
  if (configuration.is_null()) configuration = json::object();
  json::value& image = configuration.as_object()["imageReference"];
  if (!image.is_null()) return;
  image = default_image();
}

}  // namespace

json::object default_image() {
  return {{"publisher", "Canonical"},
          {"offer", "UbuntuServer"},
          {"sku", "16.04-LTS"},
          {"version", "latest"}};
}

std::string setup_log_suffix(const domain::WorkspaceKey& key, const std::string& cluster,
                             const std::string& unique) {
  return fmt::format("{}/{}/workspaces/{}/clusters/{}/{}", key.subscription_id, key.resource_group,
                     key.name, cluster, unique);
}

base::Result<service::ClusterDraft> parse_cluster(const domain::Workspace& workspace,
                                                  const std::string& name, const json::object& body,
                                                  const security::Keyring& keyring) {
  HP_TRY(const json::object given, http::object_field(body, "properties"));
  HP_TRY(Conformed conformed, conform(kClusterProperties, given, "properties"));
  json::object& properties = conformed.value;
  service::ClusterDraft draft;
  draft.name = name;
  draft.location = workspace.location;
  draft.priority = parse_vm_priority(text_at(properties, "vmPriority"));
  HP_TRY(const domain::VmSize* size, find_size(text_at(properties, "vmSize"), draft.priority));
  draft.vm_size = std::string(size->name);
  HP_TRY(draft.scale, parse_scale(properties.at("scaleSettings").as_object()));
  HP_TRY(draft.setup, parse_setup(workspace, name, conformed, keyring));
  draft.admin_user_name =
      text_at(properties.at("userAccountSettings").as_object(), "adminUserName");
  if (const json::value* subnet = properties.if_contains("subnet")) {
    draft.subnet_id = text_at(subnet->as_object(), "id");
  }
  draft.resource = operation_resource(workspace.key, {name});
  draft.when_there = service::WhenThere::MustMatch;
  properties.erase("scaleSettings");
  properties["vmSize"] = draft.vm_size;
  fill_image(properties);
  draft.definition = json::serialize(
      json::object{{"properties", properties}, {"secrets", signature_of(conformed, keyring)}});
  return draft;
}

base::Result<std::optional<domain::ScaleSettings>> parse_scale_change(const json::object& body) {
  HP_TRY(const json::object given, http::object_field(body, "properties"));
  HP_TRY(const Conformed conformed, conform(kClusterScale, given, "properties"));
  std::optional<domain::ScaleSettings> scale;
  if (const json::value* settings = conformed.value.if_contains("scaleSettings")) {
    HP_TRY(scale, parse_scale(settings->as_object()));
  }
  return scale;
}

base::Error scale_error(base::Error error) {
  for (const ScaleField& field : kScaleFields) {
    if (error.target != field.core) continue;
    for (size_t at = 0; (at = error.message.find(field.core, at)) != std::string::npos;) {
      error.message.replace(at, std::string_view(field.core).size(), field.name);
      at += std::string_view(field.name).size();
    }
    error.target = fmt::format("{}.{}", kScale, field.path);
    break;
  }
  return error;
}

}  // namespace homeport::api::batchai
