#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/run_spec.hpp"

/// The toolkits that a job may name: how many processes each starts, on which nodes, with which
/// command line, and what the files are called that they write.
namespace homeport::api::batchai {

/// What a job's toolkit becomes.
struct Launch {
  std::string tool_type;  ///< as Job.toolType shows it
  std::string settings;   ///< where it stood: "properties.cntkSettings"
  domain::Layout layout;
  std::vector<std::string> command;
  std::vector<domain::RoleCommand> role_commands;
  domain::LogNames logs;
};

/// Reads the one toolkit of a job's conformed properties and fills in what it leaves to the service
/// (processCount, languageType). InvalidArgument naming the field: no toolkit or several, two ways
/// to say what to run or none, more servers than nodes.
base::Result<Launch> parse_toolkit(boost::json::object& properties);

/// InvalidArgument if there are more workers than GPUs of nodes that have `gpus` each, and any.
base::Result<void> check_workers(const domain::Layout& layout, int nodes, int gpus);

/// A command line of the user's, for the shell that the service gave it to.
std::vector<std::string> shell_command(const std::string& line);

}  // namespace homeport::api::batchai
