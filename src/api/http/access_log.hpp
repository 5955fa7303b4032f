#pragma once

#include <memory>

#include "api/http/observer.hpp"

namespace spdlog {
class logger;
}

namespace homeport::api::http {

/// Writes one JSON object a line for each answered request: time, event, method, path (the route's
/// pattern), status, bytes_in, bytes_out, microseconds, principal, scheme, remote, and failure
/// where there is one. Level info; error for 5xx. Tokens, queries and names in paths never get
/// here.
///
/// The logger's pattern is "%v". It is called on I/O threads, so it should hand its lines on
/// (spdlog's async_logger, or a sink that only buffers).
class AccessLog final : public RequestObserver {
 public:
  explicit AccessLog(std::shared_ptr<spdlog::logger> logger);
  ~AccessLog() override;
  void observe(const RequestRecord& record) override;

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace homeport::api::http
