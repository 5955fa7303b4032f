#include "api/batchai/toolkits.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/batchai/mpi.hpp"
#include "api/batchai/names.hpp"
#include "api/batchai/schema.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

/// The settings of one toolkit, and where they stood.
struct Settings {
  json::object& values;
  std::string path;  ///< "properties.cntkSettings"
  int nodes = 1;

  std::string text(const char* name) const { return text_at(values, name); }
  bool has(const char* name) const { return !text(name).empty(); }
  int number(const char* name, int otherwise) const {
    const json::value* value = values.if_contains(name);
    return value == nullptr ? otherwise : static_cast<int>(value->as_int64());
  }
  std::string at(const char* name) const { return fmt::format("{}.{}", path, name); }

  /// processCount, kept as it counts from now on.
  int processes() {
    const int count = number("processCount", nodes);
    values["processCount"] = count;
    return count;
  }
};

std::string words(const std::vector<std::string>& parts) {
  std::string line;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    line += (line.empty() ? "" : " ") + part;
  }
  return line;
}

std::string script_line(const Settings& settings, const std::string& arguments) {
  const std::string interpreter = settings.text("pythonInterpreterPath");
  return words({interpreter.empty() ? "python" : interpreter, settings.text("pythonScriptFilePath"),
                arguments});
}

/// Standard output and error each in one file of the folder; `tag` tells processes apart.
void name_files(domain::LogNames& logs, const std::string& tag_of_one,
                const std::string& tag_of_each) {
  const auto file = [](const char* stream, const std::string& tag) {
    return fmt::format("{}/{}{}.txt", kStdOutErr, stream, tag);
  };
  logs.single_process = file("stdout", tag_of_one);
  logs.single_process_errors = file("stderr", tag_of_one);
  logs.process = file("stdout", tag_of_each);
  logs.process_errors = file("stderr", tag_of_each);
}

/// One command on the first node.
Launch head(std::vector<std::string> command) {
  Launch launch;
  launch.layout = domain::HeadLayout{};
  launch.command = std::move(command);
  name_files(launch.logs, "", "");
  return launch;
}

/// A command on each of `processes` ranks, which MPI starts from the first node.
Launch ranks(const std::string& line, int processes) {
  return head(mpi_command(line, processes));
}

/// One rank needs no MPI, which the toolkit may have been built without.
Launch one_or_ranks(const std::string& line, int processes) {
  return processes > 1 ? ranks(line, processes) : head(shell_command(line));
}

/// Processes that find each other by themselves.
Launch tasks(const std::string& line, int processes) {
  Launch launch;
  launch.layout = domain::RankLayout{processes};
  launch.command = shell_command(line);
  name_files(launch.logs, "-0", "-{index}");
  return launch;
}

base::Result<void> one_of(const Settings& settings, const char* first, const char* second) {
  if (settings.has(first) != settings.has(second)) return base::success();
  const std::string why = settings.has(first) ? "not both" : "one of them is needed";
  return wrong_field(settings.at(first), fmt::format("or {}: {}", second, why));
}

base::Result<Launch> cntk(Settings& settings) {
  HP_TRYV(one_of(settings, "configFilePath", "pythonScriptFilePath"));
  const bool brain_script = settings.has("configFilePath");
  const std::string language = brain_script ? "BrainScript" : "Python";
  if (settings.has("languageType") && settings.text("languageType") != language) {
    return wrong_field(settings.at("languageType"),
                       fmt::format("must be {} where {} is given", language,
                                   brain_script ? "configFilePath" : "pythonScriptFilePath"));
  }
  settings.values["languageType"] = language;
  const std::string arguments = settings.text("commandLineArgs");
  const std::string line =
      brain_script ? words({"cntk", "configFile=" + settings.text("configFilePath"), arguments})
                   : script_line(settings, arguments);
  return one_or_ranks(line, settings.processes());
}

base::Result<Launch> caffe(Settings& settings) {
  HP_TRYV(one_of(settings, "configFilePath", "pythonScriptFilePath"));
  const std::string arguments = settings.text("commandLineArgs");
  const std::string line =
      settings.has("configFilePath")
          ? words({"caffe train", "--solver=" + settings.text("configFilePath"), arguments})
          : script_line(settings, arguments);
  return one_or_ranks(line, settings.processes());
}

base::Result<Launch> caffe2(Settings& settings) {
  return tasks(script_line(settings, settings.text("commandLineArgs")), settings.nodes);
}

base::Result<Launch> pytorch(Settings& settings) {
  const std::string backend = settings.text("communicationBackend");
  static constexpr const char* kBackends = "TCP Gloo MPI NCCL";
  static constexpr Field kBackend[] = {
      {"communicationBackend", Kind::Choice, Need::Optional, {}, kBackends}};
  if (!backend.empty()) {
    HP_TRYV(conform(kBackend, settings.values, settings.path));
  }
  return tasks(script_line(settings, settings.text("commandLineArgs")), settings.processes());
}

base::Result<Launch> chainer(Settings& settings) {
  return one_or_ranks(script_line(settings, settings.text("commandLineArgs")),
                      settings.processes());
}

base::Result<Launch> horovod(Settings& settings) {
  return ranks(script_line(settings, settings.text("commandLineArgs")), settings.processes());
}

base::Result<Launch> custom_mpi(Settings& settings) {
  return ranks(settings.text("commandLine"), settings.processes());
}

base::Result<Launch> custom(Settings& settings) {
  return head(shell_command(settings.text("commandLine")));
}

base::Result<Launch> tensorflow(Settings& settings) {
  Launch launch;
  const auto line = [&](const char* arguments) {
    return shell_command(script_line(settings, settings.text(arguments)));
  };
  const int workers = settings.number("workerCount", settings.nodes);
  const bool counted = settings.number("parameterServerCount", 0) > 0 || workers > 1;
  launch.logs.roles = {{"worker", "wk"}};
  name_files(launch.logs, "-wk-0", "-{role}-{index}");
  if (settings.nodes == 1 && !counted) {
    launch.command = line("masterCommandLineArgs");
    return launch;
  }
  const int servers = settings.number("parameterServerCount", 1);
  if (servers > settings.nodes) {
    return wrong_field(settings.at("parameterServerCount"),
                       fmt::format("is {}, more than the job's {} nodes", servers, settings.nodes));
  }
  launch.layout = domain::ParameterServerLayout{workers, servers};
  launch.role_commands = {{"worker", 0, line("masterCommandLineArgs")},
                          {"worker", -1, line("workerCommandLineArgs")},
                          {"ps", -1, line("parameterServerCommandLineArgs")}};
  return launch;
}

struct Toolkit {
  const char* settings;
  const char* tool_type;
  base::Result<Launch> (*parse)(Settings&);
};
constexpr Toolkit kToolkits[] = {{"cntkSettings", "cntk", cntk},
                                 {"pyTorchSettings", "pytorch", pytorch},
                                 {"tensorFlowSettings", "tensorflow", tensorflow},
                                 {"caffeSettings", "caffe", caffe},
                                 {"caffe2Settings", "caffe2", caffe2},
                                 {"chainerSettings", "chainer", chainer},
                                 {"customToolkitSettings", "custom", custom},
                                 {"customMpiSettings", "custommpi", custom_mpi},
                                 {"horovodSettings", "horovod", horovod}};

base::Result<const Toolkit*> find_toolkit(const json::object& properties) {
  const Toolkit* found = nullptr;
  std::string all;
  for (const Toolkit& toolkit : kToolkits) {
    all += (all.empty() ? "" : ", ") + std::string(toolkit.settings);
    if (!properties.contains(toolkit.settings)) continue;
    if (found != nullptr) {
      return wrong_field(
          std::string("properties.") + toolkit.settings,
          fmt::format("cannot be given beside {}: a job has one toolkit", found->settings));
    }
    found = &toolkit;
  }
  if (found == nullptr) return wrong_field("properties", "must hold one of " + all);
  return found;
}

}  // namespace

base::Result<Launch> parse_toolkit(json::object& properties) {
  HP_TRY(const Toolkit* toolkit, find_toolkit(properties));
  const int nodes = static_cast<int>(properties.at("nodeCount").as_int64());
  Settings settings{properties.at(toolkit->settings).as_object(),
                    std::string("properties.") + toolkit->settings, nodes};
  HP_TRY(Launch launch, toolkit->parse(settings));
  launch.tool_type = toolkit->tool_type;
  launch.settings = settings.path;
  // Beside what the processes write: what the service said of each node, and of the preparation.
  const char* each = nodes > 1 ? "-{node}" : "";
  domain::LogNames& logs = launch.logs;
  logs.environment_build = fmt::format("{}/execution-environment.log", kStdOutErr);
  logs.node_preparation = fmt::format("{}/execution{}.log", kStdOutErr, each);
  logs.preparation = fmt::format("{}/stdout-job_prep{}.txt", kStdOutErr, each);
  logs.preparation_errors = fmt::format("{}/stderr-job_prep{}.txt", kStdOutErr, each);
  return launch;
}

base::Result<void> check_workers(const domain::Layout& layout, int nodes, int gpus) {
  const auto* servers = std::get_if<domain::ParameterServerLayout>(&layout);
  if (servers == nullptr || gpus == 0 || servers->workers <= int64_t{nodes} * gpus)
    return base::success();
  return wrong_field("properties.tensorFlowSettings.workerCount",
                     fmt::format("is {}, more than the {} GPUs of the job's nodes",
                                 servers->workers, int64_t{nodes} * gpus));
}

std::vector<std::string> shell_command(const std::string& line) {
  return {"/bin/bash", "-c", line};
}

}  // namespace homeport::api::batchai
