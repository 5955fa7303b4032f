#include "app/server_log.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace homeport::app {

std::shared_ptr<spdlog::logger> make_server_log() {
  constexpr size_t kQueuedLines = 8192;
  auto pool = std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1);
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  // A full queue drops the oldest line: logging never holds a request up.
  auto logger = std::make_shared<spdlog::async_logger>(
      "server", sink, pool, spdlog::async_overflow_policy::overrun_oldest);
  logger->set_pattern("%v");
  // The registry keeps the pool alive as long as the logger.
  spdlog::set_default_logger(logger);
  static std::shared_ptr<spdlog::details::thread_pool> kept;
  kept = std::move(pool);
  return logger;
}

}  // namespace homeport::app
