#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/run_service.hpp"

namespace homeport::cli {

int run_list(Context& context, const RunFilter& filter);
int run_show(Context& context, const std::string& run_id);
int run_cancel(Context& context, const std::string& run_id);
int run_why(Context& context, const std::string& run_id);

enum class Follow { No, Yes };
/// Prints the logs; with Follow::Yes until the run ends, and the exit code is the run's.
int run_logs(Context& context, const std::string& run_id, const std::string& file, Follow follow);

}  // namespace homeport::cli
