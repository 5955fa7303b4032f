#include "api/azureml/run_definition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "api/azureml/environment_json.hpp"
#include "api/azureml/mpi.hpp"
#include "api/azureml/names.hpp"
#include "api/http/json.hpp"
#include "base/expand.hpp"
#include "base/text.hpp"
#include "service/run_limits.hpp"

namespace homeport::api::azureml {
namespace {

namespace json = boost::json;

bool names_nothing(const std::optional<std::string>& text) {
  return !text || text->empty() || base::equals_ignoring_case(*text, "None");
}

/// What no int can say is as wrong as the nearest that one can.
int count_of(const std::optional<int64_t>& given, int otherwise) {
  using Limits = std::numeric_limits<int>;
  return static_cast<int>(
      std::clamp<int64_t>(given.value_or(otherwise), Limits::min(), Limits::max()));
}

/// As many processes as asked for, one on each node if nothing was.
base::Result<domain::Layout> parse_ranks(const json::object& configuration) {
  HP_TRY(const json::object pytorch, http::object_field(configuration, "pyTorch"));
  HP_TRY(const auto processes, http::optional_integer(pytorch, "processCount"));
  HP_TRY(const auto nodes, http::optional_integer(configuration, "nodeCount"));
  return domain::RankLayout{count_of(processes, count_of(nodes, 1))};
}

/// Ranks on every node, which mpirun starts from the first one.
bool is_mpi(std::string_view communicator) {
  return base::equals_ignoring_case(communicator, "Mpi") ||
         base::equals_ignoring_case(communicator, "OpenMpi");
}

base::Result<domain::Layout> parse_layout(const json::object& configuration) {
  HP_TRY(const auto framework, http::optional_string(configuration, "framework"));
  HP_TRY(const auto communicator, http::optional_string(configuration, "communicator"));
  if (framework && base::equals_ignoring_case(*framework, "PySpark")) {
    return base::not_implemented("the framework PySpark");
  }
  if (names_nothing(communicator)) return domain::SingleLayout{};
  if (base::equals_ignoring_case(*communicator, "Gloo") ||
      base::equals_ignoring_case(*communicator, "Nccl")) {
    return parse_ranks(configuration);
  }
  if (is_mpi(*communicator)) return domain::HeadLayout{};
  if (!base::equals_ignoring_case(*communicator, "ParameterServer")) {
    return base::not_implemented(fmt::format("the communicator {}", *communicator));
  }
  HP_TRY(const json::object tensorflow, http::object_field(configuration, "tensorflow"));
  HP_TRY(const auto workers, http::optional_integer(tensorflow, "workerCount"));
  HP_TRY(const auto servers, http::optional_integer(tensorflow, "parameterServerCount"));
  return domain::ParameterServerLayout{count_of(workers, 1), count_of(servers, 1)};
}

base::Result<domain::DataMode> parse_mode(const std::string& name, const std::string& mode) {
  if (base::equals_ignoring_case(mode, "Mount")) return domain::DataMode::Mount;
  if (base::equals_ignoring_case(mode, "Download")) return domain::DataMode::Download;
  if (base::equals_ignoring_case(mode, "Upload")) return domain::DataMode::Upload;
  return base::invalid_argument(
      fmt::format("dataReferences.{}.mode", name),
      fmt::format("mode must be Mount, Download or Upload, not '{}'", mode));
}

base::Result<std::vector<domain::DataReference>> parse_data(const json::object& configuration) {
  std::vector<domain::DataReference> references;
  HP_TRY(const json::object all, http::object_field(configuration, "dataReferences"));
  for (const auto& [key, value] : all) {
    if (!value.is_object()) {
      return base::invalid_argument(fmt::format("dataReferences.{}", std::string_view(key)),
                                    "a data reference must be an object");
    }
    const json::object& object = value.get_object();
    domain::DataReference reference;
    reference.name = std::string(key);
    HP_TRY(const auto datastore, http::optional_string(object, "dataStoreName"));
    HP_TRY(const auto mode, http::optional_string(object, "mode"));
    HP_TRY(const auto path, http::optional_string(object, "pathOnDataStore"));
    HP_TRY(const auto compute, http::optional_string(object, "pathOnCompute"));
    HP_TRY(const auto overwrite, http::optional_bool(object, "overwrite"));
    HP_TRY(reference.mode, parse_mode(reference.name, mode.value_or("Mount")));
    reference.datastore = datastore.value_or("");
    reference.path_on_datastore = path.value_or("");
    reference.path_on_compute = compute.value_or("");
    reference.overwrite = overwrite.value_or(false);
    references.push_back(std::move(reference));
  }
  return references;
}

/// Inputs that the service had and Homeport has not yet: an error, never silence.
base::Result<void> refuse_unbuilt(const json::object& configuration) {
  for (const char* field : {"data", "outputData"}) {
    HP_TRY(const json::object inputs, http::object_field(configuration, field));
    if (!inputs.empty()) {
      return base::not_implemented(fmt::format("dataset input or output ('{}' of a run)", field));
    }
  }
  return base::success();
}

base::Result<std::vector<std::string>> parse_command(const json::object& configuration) {
  const json::value* command = http::find_field(configuration, "command");
  if (command != nullptr && command->is_string()) {
    std::string line(command->get_string());
    return line.empty() ? std::vector<std::string>() : std::vector<std::string>{std::move(line)};
  }
  return http::string_list(configuration, "command");
}

/// mpirun before what `spec` starts, if that is MPI's.
base::Result<void> add_mpirun(const json::object& configuration, domain::RunSpec& spec) {
  if (!std::holds_alternative<domain::HeadLayout>(spec.layout)) return base::success();
  HP_TRY(const json::object mpi, http::object_field(configuration, "mpi"));
  HP_TRY(const auto given, http::optional_integer(mpi, "processCountPerNode"));
  const std::int64_t count = given.value_or(1);
  if (count < 1 || count > service::kMostProcessesOfNode) {
    return base::invalid_argument("mpi.processCountPerNode",
                                  fmt::format("processCountPerNode must be 1 to {}, not {}",
                                              service::kMostProcessesOfNode, count));
  }
  std::vector<std::string> line = mpi_launcher(static_cast<int>(count), spec.node_count);
  std::vector<std::string> words = std::move(spec.command);
  if (words.size() == 1) words = {"/bin/sh", "-c", base::escape_variables(words.front())};
  line.insert(line.end(), words.begin(), words.end());
  spec.command = std::move(line);
  return base::success();
}

base::Result<domain::RunSpec> parse_spec(const json::object& configuration) {
  domain::RunSpec spec;
  HP_TRYV(refuse_unbuilt(configuration));
  HP_TRY(const auto script, http::optional_string(configuration, "script"));
  HP_TRY(const auto target, http::optional_string(configuration, "target"));
  HP_TRY(const auto nodes, http::optional_integer(configuration, "nodeCount"));
  HP_TRY(const auto seconds, http::optional_integer(configuration, "maxRunDurationSeconds"));
  HP_TRY(const auto priority, http::optional_integer(configuration, "priority"));
  HP_TRY(spec.command, parse_command(configuration));
  HP_TRY(spec.arguments, http::string_list(configuration, "arguments"));
  HP_TRY(spec.layout, parse_layout(configuration));
  HP_TRY(spec.data, parse_data(configuration));
  HP_TRY(const json::object environment, http::object_field(configuration, "environment"));
  HP_TRY(spec.environment, parse_environment(environment));
  HP_TRY(const auto variables, http::string_map(configuration, "environmentVariables"));
  spec.environment.variables.insert(variables.begin(), variables.end());
  if (spec.command.empty()) spec.script = script.value_or("");
  spec.target = target.value_or("");
  if (spec.target.empty()) return base::invalid_argument("target", "a run needs a target");
  if (base::equals_ignoring_case(spec.target, "local")) {
    return base::not_implemented("a run on the submitting machine (target 'local')");
  }
  spec.node_count = count_of(nodes, 1);
  if (seconds && *seconds > 0) spec.max_duration = std::chrono::seconds(*seconds);
  spec.priority = count_of(priority, 0);
  HP_TRYV(add_mpirun(configuration, spec));
  spec.logs = log_names(spec);
  return spec;
}

}  // namespace

base::Result<ParsedDefinition> parse_run_definition(const json::object& definition) {
  ParsedDefinition parsed;
  HP_TRY(const json::object configuration, http::object_field(definition, "configuration"));
  if (configuration.empty()) {
    return base::invalid_argument("configuration", "the definition has no configuration");
  }
  HP_TRY(parsed.spec, parse_spec(configuration));
  HP_TRY(const auto parent, http::optional_string(definition, "parentRunId"));
  HP_TRY(const auto type, http::optional_string(definition, "runType"));
  parsed.parent_run_id = parent.value_or("");
  parsed.run_type = names_nothing(type) ? kScriptRunType : *type;
  parsed.configuration = http::to_json_text(configuration);
  return parsed;
}

}  // namespace homeport::api::azureml
