#pragma once

#include <chrono>

#include "planner/backoff.hpp"

namespace homeport::service::control {

struct ControlPolicy {
  planner::Policy planner;
  std::chrono::milliseconds cancel_grace{30'000};  ///< between SIGTERM and SIGKILL
  std::chrono::milliseconds failure_grace{3'000};  ///< of what is left when a part has failed
  std::chrono::milliseconds server_grace{5'000};   ///< of parameter servers without workers
  /// A node that is silent for so long is ended; its run goes on elsewhere once that is proven.
  std::chrono::milliseconds lease{60'000};
  /// A node that has not carried out a stop so long after the grace is ended.
  std::chrono::milliseconds stop_slack{60'000};
  std::chrono::milliseconds write_retry{1'000};        ///< after the disk was full
  std::chrono::milliseconds forecast_interval{1'000};  ///< between forecasts of starts, at least
  int most_attempts = 5;
  int first_port = 20'000;  ///< leased to attempts, both ends included
  int last_port = 29'999;
};

}  // namespace homeport::service::control
