#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/run.hpp"
#include "domain/run_spec.hpp"
#include "domain/run_state.hpp"

/// The one table of Azure Machine Learning's names: states as its clients read them, types of runs,
/// files of a run. The core knows none of them.
namespace homeport::api::azureml {

/// "Running", as RunDto.status has it.
const char* status_name(domain::RunState state);

inline constexpr const char* kScriptRunType = "azureml.scriptrun";

/// The files that a run's processes write. "azureml-logs/70_driver_log.txt" for one process,
/// "azureml-logs/70_driver_log_worker_0.txt" for each of several.
domain::LogNames log_names(const domain::RunSpec& spec);

/// True for files that a client streams as logs: those in azureml-logs/ and logs/, and in the
/// folder where the processes of the run write theirs.
bool is_log_file(const domain::Run& run, std::string_view path);

/// "dcid.RUN": the container of a run's artifacts.
std::string data_container(const std::string& run_id);
/// The run of "dcid.RUN"; nullopt if it is another kind of container.
std::optional<std::string> run_of_container(std::string_view container);

}  // namespace homeport::api::azureml
