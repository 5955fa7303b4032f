#pragma once

#include <chrono>

#include "base/clock.hpp"

namespace homeport::planner {

struct Policy {
  std::chrono::milliseconds first_retry{5'000};  ///< after a node's first failure
  std::chrono::milliseconds last_retry{300'000};
};

/// The rounds of failed node starts of one cluster. Several nodes that fail while a retry is
/// awaited are one round, so that a broken machine is not blamed once per node.
struct Backoff {
  int rounds = 0;
  base::TimePoint retry_at{};

  void failed(base::TimePoint now, const Policy& policy);
  void succeeded() { *this = {}; }

  bool operator==(const Backoff&) const = default;
};

}  // namespace homeport::planner
