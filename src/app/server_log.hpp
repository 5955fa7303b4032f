#pragma once

#include <spdlog/spdlog.h>

#include <memory>

namespace homeport::app {

/// The server's logs: one JSON object a line on standard error, written by a thread of their own. A
/// full queue drops its oldest line: logging never holds a request up.
struct ServerLogs {
  std::shared_ptr<spdlog::logger> access;  ///< its lines are JSON already
  std::shared_ptr<spdlog::logger> events;  ///< takes plain text; also spdlog's default logger

  static ServerLogs open();
};

}  // namespace homeport::app
