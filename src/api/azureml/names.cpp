#include "api/azureml/names.hpp"

namespace homeport::api::azureml {

const char* status_name(domain::RunState state) {
  switch (state) {
    case domain::RunState::NotStarted:
      return "NotStarted";
    case domain::RunState::Queued:
      return "Queued";
    case domain::RunState::Preparing:
      return "Preparing";
    case domain::RunState::Starting:
      return "Starting";
    case domain::RunState::Running:
      return "Running";
    case domain::RunState::NotResponding:
      return "NotResponding";
    case domain::RunState::CancelRequested:
      return "CancelRequested";
    case domain::RunState::Finalizing:
      return "Finalizing";
    case domain::RunState::Completed:
      return "Completed";
    case domain::RunState::Failed:
      return "Failed";
    case domain::RunState::Canceled:
      return "Canceled";
  }
  return "Failed";
}

domain::LogNames log_names(const domain::RunSpec& spec) {
  domain::LogNames names;
  names.environment_build = "azureml-logs/20_image_build_log.txt";
  names.node_preparation = "azureml-logs/65_job_prep-{node}.txt";
  names.single_process = "azureml-logs/70_driver_log.txt";
  const bool roles = std::holds_alternative<domain::ParameterServerLayout>(spec.layout);
  names.process = roles ? "azureml-logs/70_driver_log_{role}_{index}.txt"
                        : "azureml-logs/70_driver_log_{index}.txt";
  return names;
}

bool is_log_file(const domain::Run& run, std::string_view path) {
  if (path.starts_with("azureml-logs/") || path.starts_with("logs/")) return true;
  if (!run.spec) return false;
  for (const std::string* name : {&run.spec->logs.single_process, &run.spec->logs.process}) {
    const size_t folder = name->rfind('/');
    if (folder != std::string::npos && path.starts_with(name->substr(0, folder + 1))) return true;
  }
  return false;
}

std::string data_container(const std::string& run_id) {
  return "dcid." + run_id;
}

std::optional<std::string> run_of_container(std::string_view container) {
  constexpr std::string_view kPrefix = "dcid.";
  if (!container.starts_with(kPrefix)) return std::nullopt;
  return std::string(container.substr(kPrefix.size()));
}

}  // namespace homeport::api::azureml
