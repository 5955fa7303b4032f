#include "api/batchai/job_draft.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/batchai/directories.hpp"
#include "api/batchai/models.hpp"
#include "api/batchai/names.hpp"
#include "api/batchai/toolkits.hpp"
#include "api/batchai/user_variables.hpp"
#include "api/batchai/variables.hpp"
#include "api/batchai/volumes.hpp"
#include "api/http/json.hpp"
#include "base/text.hpp"
#include "domain/vm_size.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

/// The service's own bound for a job.
constexpr std::chrono::hours kLongestJob{24 * 7};

base::Result<std::chrono::seconds> wall_clock(const json::object& properties) {
  const std::string text = text_at(properties.at("constraints").as_object(), "maxWallClockTime");
  HP_TRY(const std::chrono::seconds seconds, base::parse_iso8601_duration(text));
  if (seconds.count() > 0 && seconds <= kLongestJob) return seconds;
  return wrong_field("properties.constraints.maxWallClockTime",
                     fmt::format("must be more than nothing and at most P7D, and is {}", text));
}

std::string new_segment(const domain::WorkspaceKey& key, const std::string& experiment,
                        const std::string& name) {
  return fmt::format("{}/{}/workspaces/{}/experiments/{}/jobs/{}/{}", key.subscription_id,
                     key.resource_group, key.name, experiment, name, base::random_uuid());
}

/// An output directory on no volume is the node's own, and made by whoever comes first.
void make_local_directories(const std::vector<OutputDirectory>& directories,
                            domain::RunSpec& spec) {
  std::string line;
  for (const OutputDirectory& directory : directories) {
    if (directory.id == kStdOutErr || place_of_folder(spec, directory.folder)) continue;
    line += fmt::format(R"( "${}{}")", variable::kOutput, directory.id);
  }
  if (line.empty()) return;
  // The user's line is the last word of each command, for a shell to read.
  const auto put_before = [&](std::vector<std::string>& command) {
    if (!command.empty()) command.back() = fmt::format("mkdir -p{}\n{}", line, command.back());
  };
  put_before(spec.command);
  put_before(spec.preparation);
  for (domain::RoleCommand& role : spec.role_commands) put_before(role.command);
}

base::Result<domain::RunSpec> spec_of(const service::Context& context, const Conformed& body,
                                      const Launch& launch, const domain::Cluster& cluster) {
  const json::object& properties = body.value;
  domain::RunSpec spec;
  spec.cluster_id = cluster.id;
  spec.target = cluster.name;
  spec.node_count = static_cast<int>(properties.at("nodeCount").as_int64());
  spec.layout = launch.layout;
  spec.command = launch.command;
  spec.role_commands = launch.role_commands;
  spec.logs = launch.logs;
  spec.dialect = kDialect;
  spec.restartable = true;
  // What a job needs is there, comes with its image, or is put there by its preparation.
  spec.environment.user_managed = true;
  spec.priority = priority_number(text_at(properties, "schedulingPriority"));
  HP_TRY(spec.max_duration, wall_clock(properties));
  if (const json::value* preparation = properties.if_contains("jobPreparation")) {
    spec.preparation = shell_command(text_at(preparation->as_object(), "commandLine"));
  }
  if (const json::value* container = properties.if_contains("containerSettings")) {
    spec.environment.container_image =
        text_at(container->as_object().at("imageSourceRegistry").as_object(), "image");
  }
  HP_TRY(UserVariables variables, read_variables(properties, "properties", body, context.keyring));
  spec.environment.variables = std::move(variables.plain);
  spec.sealed_secrets = std::move(variables.sealed);
  HP_TRY(spec.volumes, parse_volumes(properties, "properties", body, context.keyring));
  return spec;
}

}  // namespace

base::Result<JobParameters> parse_job(const json::object& body, const security::Keyring& keyring) {
  HP_TRY(const json::object properties, http::object_field(body, "properties"));
  JobParameters parameters;
  HP_TRY(parameters.body, conform(kJobProperties, properties, "properties"));
  json::object& kept = parameters.body.value;
  HP_TRY(parameters.cluster,
         parse_cluster_id(text_at(kept.at("cluster").as_object(), "id"), "properties.cluster.id"));
  HP_TRYV(check_directories(kept));
  HP_TRY(parameters.launch, parse_toolkit(kept));
  parameters.definition =
      json::serialize(json::object{{"properties", kept},
                                   {"toolType", parameters.launch.tool_type},
                                   {"secrets", signature_of(parameters.body, keyring)}});
  return parameters;
}

base::Result<service::RunDraft> draft_job(const service::Context& context,
                                          const domain::Workspace& workspace,
                                          const std::string& experiment, const std::string& name,
                                          const JobParameters& parameters,
                                          const domain::Cluster& cluster) {
  const Conformed& body = parameters.body;
  service::RunDraft draft;
  draft.name = name;
  draft.experiment_name = experiment;
  draft.run_type = kRunType;
  draft.definition = parameters.definition;
  // A manual cluster may be made larger later; an automatic one will not by itself.
  draft.too_large = cluster.scale.mode == domain::ScaleMode::Manual ? service::TooLarge::Waits
                                                                    : service::TooLarge::Refused;
  HP_TRY(draft.spec, spec_of(context, body, parameters.launch, cluster));
  const domain::VmSize* size = domain::find_vm_size(cluster.vm_size);
  HP_TRYV(
      check_workers(draft.spec.layout, draft.spec.node_count, size == nullptr ? 0 : size->gpus));
  const std::string segment = new_segment(workspace.key, experiment, name);
  draft.properties[kSegmentProperty] = segment;
  static const std::vector<domain::Volume> kNone;
  const auto directories = output_directories(body.value, segment);
  draft.spec.folders = folders_on_volumes(
      directories, {draft.spec.volumes, cluster.setup ? cluster.setup->volumes : kNone});
  make_local_directories(directories, draft.spec);
  return draft;
}

}  // namespace homeport::api::batchai
