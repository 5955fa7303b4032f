#pragma once

#include <string>

#include "cli/context.hpp"

namespace homeport::cli {

enum class CancelRuns { No, Yes };

/// `homeport down`: stops the server of the data directory, says how many runs go on. Nothing
/// running there is fine: exit code 0.
int down(Context& context, CancelRuns cancel_runs);

/// `homeport status`: address, version, nodes, runs, and what this machine cannot give.
int status(Context& context);

/// `homeport login`: a fresh one-time link to the web page.
int login(Context& context, const std::string& return_to);

}  // namespace homeport::cli
