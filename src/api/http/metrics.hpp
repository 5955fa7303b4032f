#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/http/message.hpp"
#include "api/http/observer.hpp"

namespace homeport::api::http {

/// The service's own figures, for Prometheus: requests by route, method and status, their time and
/// their bytes, and the gauges that the composition root adds. Any thread.
class Metrics final : public RequestObserver {
 public:
  Metrics();
  ~Metrics() override;

  void observe(const RequestRecord& record) override;

  /// `value` is asked whenever the figures are read; it must not block.
  void add_gauge(const std::string& name, const std::string& help, std::function<double()> value);

  /// All figures in Prometheus's text format.
  std::string text() const;
  /// The answer of GET /metrics.
  Response respond() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace homeport::api::http
