#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/context.hpp"

namespace homeport::cli {

/// The variables that lead a program to this Homeport, in a fixed order. The token is among them
/// only where the program could not find it in the person's profile. PYTHONPATH ends with the
/// server's own `azureml` package: one that the person put there first stays first.
base::Result<std::vector<std::pair<std::string, std::string>>> server_environment(Context& context);

/// `homeport env`: prints them as shell exports (`eval "$(homeport env)"`).
int print_environment(Context& context);

/// `homeport exec`: becomes PROGRAM with these variables; comes back only if it cannot start:
/// 127 where there is no such program, 126 where it cannot be executed, as a shell says it.
int execute(Context& context, const std::vector<std::string>& command);

}  // namespace homeport::cli
