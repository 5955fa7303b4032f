#include "domain/cluster.hpp"

#include <fmt/format.h>

namespace homeport::domain {
namespace {

/// Ten years: a moment so far away can still be counted in nanoseconds.
constexpr std::chrono::hours kLongestIdleTime{24 * 3650};

}  // namespace

base::Result<void> check_scale_settings(const ScaleSettings& settings) {
  const bool manual = settings.mode == ScaleMode::Manual;
  if (settings.min_nodes < 0) {
    const char* field = manual ? "targetNodeCount" : "minNodeCount";
    return base::invalid_argument(field, fmt::format("{} must be 0 or more", field));
  }
  if (settings.max_nodes < 1 && !manual) {
    return base::invalid_argument("maxNodeCount", "maxNodeCount must be 1 or more");
  }
  if (manual && settings.max_nodes != settings.min_nodes) {
    return base::invalid_argument("targetNodeCount", "a manual scale has one target count");
  }
  if (settings.max_nodes < settings.min_nodes) {
    return base::invalid_argument(
        "maxNodeCount", fmt::format("maxNodeCount ({}) must not be below minNodeCount ({})",
                                    settings.max_nodes, settings.min_nodes));
  }
  if (settings.initial_nodes < 0 || settings.initial_nodes > settings.max_nodes) {
    return base::invalid_argument(
        "initialNodeCount",
        fmt::format("initialNodeCount ({}) must be between 0 and the maximum ({})",
                    settings.initial_nodes, settings.max_nodes));
  }
  if (settings.idle_time.count() < 0 || settings.idle_time > kLongestIdleTime) {
    return base::invalid_argument(
        "nodeIdleTimeBeforeScaleDown",
        fmt::format("nodeIdleTimeBeforeScaleDown must be from nothing to {} days",
                    std::chrono::duration_cast<std::chrono::days>(kLongestIdleTime).count()));
  }
  return base::success();
}

}  // namespace homeport::domain
