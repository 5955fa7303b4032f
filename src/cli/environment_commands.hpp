#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/gateway_environment.hpp"

namespace homeport::cli {

/// The variables that lead a program to this Homeport, in a fixed order. The token is among them
/// only where the program could not find it in the person's profile. PYTHONPATH ends with the
/// server's own packages (`azureml`, `utilities`): one that the person put there first stays first.
/// HOMEPORT_BATCHAI_CONFIG names a configuration.json for programs of Batch AI that have none.
base::Result<Variables> server_environment(Context& context);

/// `homeport env`: prints them as shell exports (`eval "$(homeport env)"`). With a file to write:
/// writes Batch AI's configuration there instead, readable by this person alone.
int print_environment(Context& context, const std::string& batchai_file);

/// `homeport exec`: becomes PROGRAM with these variables; comes back only if it cannot start:
/// 127 where there is no such program, 126 where it cannot be executed, as a shell says it.
int execute(Context& context, const std::vector<std::string>& command);

}  // namespace homeport::cli
