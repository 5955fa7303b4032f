#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "cli/context.hpp"

namespace homeport::cli {

struct DetachedServer {
  pid_t pid = 0;
  ReadyServer server;
};

/// Starts this program again as a server in a session of its own, its output appended to
/// DATA/log/server.log, and waits until it is ready. If it ends first: its own error, with the
/// log's path. DeadlineExceeded if it neither gets ready nor ends in time; it is left running.
base::Result<DetachedServer> start_detached(const ServeSettings& settings);

std::filesystem::path server_log_path(const std::filesystem::path& data_directory);

/// What the server tells its parent through the pipe, and how the parent reads it.
std::string serialize_ready(const ReadyServer& server);
base::Result<ReadyServer> parse_ready(const std::string& text);

}  // namespace homeport::cli
