#pragma once

#include <sys/types.h>

#include <filesystem>

#include "cli/context.hpp"

namespace homeport::cli {

/// Makes a ready server known to this person: token into the profile, `.azureml/config.json` into
/// the working folder, and on the terminal the one URL and what to do next. What cannot be written
/// is a note, not a failure: the server is up.
void announce(Context& context, const std::filesystem::path& data_directory, pid_t pid,
              const ReadyServer& server);

}  // namespace homeport::cli
