#pragma once

#include <spdlog/spdlog.h>

#include <memory>

namespace homeport::app {

/// The server's log: one JSON object a line on standard error, written by a thread of its own.
std::shared_ptr<spdlog::logger> make_server_log();

}  // namespace homeport::app
