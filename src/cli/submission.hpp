#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace homeport::cli {

class Client;

/// What `run submit` asks for.
struct Submission {
  std::string run_id;
  std::string experiment;
  std::string cluster;
  int nodes = 1;
  std::string script;  ///< relative to the project's folder
  std::vector<std::string> arguments;
  std::map<std::string, std::string> variables;
  std::vector<std::string> pip_packages;  ///< empty: the node's own interpreter as it is
  std::string display_name;
};

/// The run definition (JSON) as the execution service takes it.
std::string run_definition(const Submission& submission);

/// POST startrun with definition and zipped project; the run's id. A repeat with the same id is the
/// same run. Errors as of Client.
base::Result<std::string> submit(Client& client, const Submission& submission,
                                 const std::string& project_zip);

/// An id as the SDK makes them: experiment, seconds since 1970, eight hex digits.
std::string new_run_id(const std::string& experiment, int64_t epoch_seconds);

/// `text` as an experiment's name: what may not be in one becomes '-'; "default" if nothing is
/// left.
std::string experiment_name_of(const std::string& text);

}  // namespace homeport::cli
