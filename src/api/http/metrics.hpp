#pragma once

#include <memory>
#include <string>

#include "api/http/figure.hpp"
#include "api/http/observer.hpp"

namespace homeport::api::http {

/// The service's own figures, for Prometheus: requests by route, method and status, their time and
/// their bytes, and what the sources give that the composition root adds. Any thread.
class Metrics final : public RequestObserver {
 public:
  Metrics();
  ~Metrics() override;

  void observe(const RequestRecord& record) override;

  /// Asked whenever the figures are read. No two sources give a figure of one name.
  void add_source(FigureSource source);

  /// All figures in Prometheus's text format.
  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace homeport::api::http
