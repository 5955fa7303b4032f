#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "domain/run_spec.hpp"
#include "engine/engine.hpp"
#include "service/container_images.hpp"
#include "service/packages.hpp"

namespace homeport::service {

struct EnvironmentOptions {
  std::filesystem::path directory;    ///< built environments, by content
  std::filesystem::path base_python;  ///< that every node's user can run
  std::string base_python_version;    ///< "3.11"
  std::filesystem::path
      command_directory{};  ///< where `python` is base_python; for programs that find no other
  std::filesystem::path
      package_directory;  ///< our unpacked `azureml` package, for interpreters that we do not build
  std::string package_version;  ///< of our own wheel
  std::function<std::string()>
      index_url;  ///< "http://127.0.0.1:8700/simple/", where that wheel lies
  std::vector<PackageRule> rules;
  std::vector<ImageRule> images;
  int gpus = 0;
};

/// An interpreter for a run and how to make it.
struct ResolvedEnvironment {
  engine::EnvironmentOrder order;  ///< empty directory: nothing to build
  std::string interpreter;
  std::string path;                              ///< PATH of its processes
  std::map<std::string, std::string> variables;  ///< that the run needs besides its own
  std::vector<std::string> warnings;             ///< where this differs from what was asked for
};

/// What `spec` becomes on this machine. Pure but for the options; equal package lists give one
/// directory.
ResolvedEnvironment resolve_environment(const domain::EnvironmentSpec& spec,
                                        const EnvironmentOptions& options);

/// Variables by which packages that a user installs below `base` ("HOME/.local") are found:
/// programs on PATH, modules. `pip install` goes there, since nothing else is writable.
std::map<std::string, std::string> user_package_variables(const std::string& base,
                                                          const ResolvedEnvironment& environment,
                                                          const EnvironmentOptions& options);

/// The first Python 3.9 or newer that any user of this machine can run: `configured` if not empty,
/// then those on PATH, then /usr/bin/python3. NotFound says what to install.
base::Result<std::filesystem::path> find_base_python(const std::string& configured);

/// "3.11" of an interpreter.
base::Result<std::string> python_version(const std::filesystem::path& interpreter);

}  // namespace homeport::service
