#include "api/azureml/run_variables.hpp"

#include <fmt/format.h>

#include <chrono>

#include "api/azureml/mpi.hpp"
#include "service/run_places.hpp"

namespace homeport::api::azureml {
namespace {

/// A run may last this long on one token; a longer one asks for a fresh one (history's /token).
constexpr std::chrono::hours kTokenLifetime{24 * 32};
constexpr const char* kToken = "AZUREML_RUN_TOKEN";

/// Where a script's processes may meet: an address with a port of the attempt's own.
std::string master_node(const service::ProcessScene& scene) {
  const domain::ProcessRecord& first = scene.attempt.processes.front();
  const domain::Node& node = scene.nodes[static_cast<size_t>(first.node_index)];
  return fmt::format("{}:{}", node.address, first.port);
}

/// What scripts for PyTorch's backends read, in the names that AmlCompute had from Batch AI.
void add_meeting_points(const service::Context& context, const service::ProcessScene& scene,
                        std::map<std::string, std::string>& variables) {
  variables["AZ_BATCH_MASTER_NODE"] = master_node(scene);
  variables["AZ_BATCHAI_PYTORCH_INIT_METHOD"] =
      fmt::format("file://{}/rendezvous",
                  service::run_shared(context, scene.run.workspace_id, scene.run.id).string());
}

}  // namespace

std::map<std::string, std::string> run_variables(const service::Context& context,
                                                 const service::ProcessScene& scene) {
  const auto& [workspace, run, attempt, cluster, nodes, node_index, process] = scene;
  // From the claim on, so that each process of an attempt bears the same token.
  const security::Secret token =
      context.keyring.issue_run_token({workspace.id.text(), run.id.text(), run.experiment_name},
                                      attempt.claimed_at, kTokenLifetime);
  const auto expiry = std::chrono::duration_cast<std::chrono::seconds>(
      (attempt.claimed_at + kTokenLifetime).time_since_epoch());
  std::map<std::string, std::string> variables{
      {"AZUREML_RUN_ID", run.id.text()},
      {kToken, token.reveal()},
      {"AZUREML_RUN_TOKEN_EXPIRY", std::to_string(expiry.count())},
      {"AZUREML_ARM_SUBSCRIPTION", workspace.key.subscription_id},
      {"AZUREML_ARM_RESOURCEGROUP", workspace.key.resource_group},
      {"AZUREML_ARM_WORKSPACE_NAME", workspace.key.name},
      {"AZUREML_ARM_PROJECT_NAME", run.experiment_name},
      {"AZUREML_EXPERIMENT_ID", run.experiment_id.text()},
      {"AZUREML_WORKSPACE_ID", workspace.id.text()},
      {"AZUREML_ENVIRONMENT_IMAGE", "True"},
      // The services set this one for every run, and scripts print it to see that theirs arrive.
      {"EXAMPLE_ENV_VAR", "EXAMPLE_VALUE"}};
  if (process != nullptr) variables["AZ_BATCHAI_TASK_INDEX"] = std::to_string(process->index);
  if (std::holds_alternative<domain::RankLayout>(run.spec->layout)) {
    add_meeting_points(context, scene, variables);
  }
  if (std::holds_alternative<domain::HeadLayout>(run.spec->layout)) {
    variables[kMpiHostFile] = service::run_host_file(context, workspace.id, run.id).string();
    variables["AZ_BATCH_MASTER_NODE"] = master_node(scene);
  }
  return variables;
}

service::VariableNames variable_names() {
  return {kToken,
          "AZUREML_DATAREFERENCE_",
          {{"AZUREML_SERVICE_ENDPOINT", ""}, {"AZUREML_DISCOVERY_SERVICE_ENDPOINT", "/discovery"}}};
}

}  // namespace homeport::api::azureml
