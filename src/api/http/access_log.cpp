#include "api/http/access_log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>

#include "base/clock.hpp"

namespace homeport::api::http {
namespace {

std::string quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

}  // namespace

AccessLog::AccessLog(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}
AccessLog::~AccessLog() = default;

void AccessLog::observe(const RequestRecord& record) {
  const auto level = record.status >= 500 ? spdlog::level::err : spdlog::level::info;
  if (!logger_->should_log(level)) return;
  std::string line = fmt::format(
      R"({{"time":"{}","event":"request","method":{},"path":{},"status":{},"bytes_in":{},)"
      R"("bytes_out":{},"microseconds":{},"principal":"{}","scheme":"{}","remote":"{}")",
      base::to_iso8601(base::SystemClock().wall()), quoted(record.method), quoted(record.pattern),
      record.status, record.bytes_in, record.bytes_out, record.duration.count(), record.principal,
      record.scheme, record.remote_address);
  if (!record.failure.empty()) line += ",\"failure\":" + quoted(record.failure);
  line += '}';
  logger_->log(level, line);
}

}  // namespace homeport::api::http
