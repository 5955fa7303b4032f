#include "app/server_log.hpp"

#include <spdlog/async.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <boost/json/serialize.hpp>

#include "base/clock.hpp"

namespace homeport::app {
namespace {

/// {"time","event":"log","level","message"}: what the access log's lines look like, for plain text.
class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    const auto time = std::chrono::time_point_cast<base::Duration>(message.time);
    const auto level = spdlog::level::to_string_view(message.level);
    const std::string text = boost::json::serialize(boost::json::object{
        {"time", base::to_iso8601(time)},
        {"event", "log"},
        {"level", boost::json::string_view(level.data(), level.size())},
        {"message", boost::json::string_view(message.payload.data(), message.payload.size())}});
    line.append(text.data(), text.data() + text.size());
    line.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }
};

}  // namespace

ServerLogs ServerLogs::open() {
  constexpr size_t kQueuedLines = 8192;
  // Loggers know their pool only weakly; it must live as long as the process.
  static const auto kPool = std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1);
  const auto make = [](const char* name) {
    return std::make_shared<spdlog::async_logger>(
        name, std::make_shared<spdlog::sinks::stderr_sink_mt>(), kPool,
        spdlog::async_overflow_policy::overrun_oldest);
  };
  ServerLogs logs{make("access"), make("events")};
  logs.access->set_pattern("%v");
  logs.events->set_formatter(std::make_unique<JsonFormatter>());
  spdlog::set_default_logger(logs.events);
  return logs;
}

}  // namespace homeport::app
