#include "planner/backoff.hpp"

#include <algorithm>

namespace homeport::planner {

void Backoff::failed(base::TimePoint now, const Policy& policy) {
  if (rounds > 0 && now < retry_at) return;
  ++rounds;
  const auto doubled = policy.first_retry * (int64_t{1} << std::min(rounds - 1, 20));
  retry_at = now + std::min<std::chrono::milliseconds>(doubled, policy.last_retry);
}

}  // namespace homeport::planner
