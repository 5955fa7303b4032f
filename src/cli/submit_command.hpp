#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/submission.hpp"

namespace homeport::cli {

struct SubmitOptions {
  Submission submission;              ///< run id, experiment and script are filled in
  std::filesystem::path script;       ///< as the person wrote it
  std::filesystem::path source;       ///< project folder; empty: the script's own
  std::vector<std::string> settings;  ///< NAME=VALUE
  bool follow = true;
};

/// `homeport run submit`: packs the project, submits, follows the logs. The exit code is the run's.
int run_submit(Context& context, SubmitOptions options);

}  // namespace homeport::cli
