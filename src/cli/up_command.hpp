#pragma once

#include <string>

#include "cli/context.hpp"

namespace homeport::cli {

struct UpOptions {
  ServeSettings settings;  ///< data_directory is filled in from the global options
  bool listen_was_given = false;
  bool detach = false;
  int ready_descriptor = -1;  ///< set by a detaching parent: where to say that the server is ready
};

/// `homeport up`: serves here until stopped, or with --detach in a process of its own. Where a
/// server already has the data directory, says so and how to reach it.
int up(Context& context, UpOptions options);

/// The data directory that this invocation is about: --data-dir or the default.
std::filesystem::path data_directory_of(const GlobalOptions& options);

}  // namespace homeport::cli
