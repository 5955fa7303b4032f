#include "ledger/run_position.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/text.hpp"

namespace homeport::ledger {

namespace {

constexpr std::string_view prefix_of(RunOrder order) {
  return order == RunOrder::CreatedAscending ? "up" : "down";
}

}  // namespace

RunPosition position_of(const domain::Run& run) {
  return {run.created_at.time_since_epoch().count(), run.id.text()};
}

RunPosition first_position(RunOrder order) {
  if (order == RunOrder::CreatedAscending) return {std::numeric_limits<int64_t>::min(), {}};
  return {std::numeric_limits<int64_t>::max(), {}};
}

std::string to_continuation(const RunPosition& position, RunOrder order) {
  return base::base64url_encode(
      fmt::format("{}:{}:{}", prefix_of(order), position.created_at, position.run_id));
}

base::Result<RunPosition> start_of(const RunQuery& query) {
  if (query.continuation.empty()) return first_position(query.order);
  const base::Error foreign = base::invalid_argument(
      "continuationToken", "the continuation is not one that a listing in this order gave out");
  const auto text = base::base64url_decode(query.continuation);
  if (!text) return foreign;
  const std::vector<std::string> parts = base::split(*text, ':');
  if (parts.size() != 3 || parts[0] != prefix_of(query.order) || parts[2].empty()) return foreign;
  const auto created_at = base::parse_integer(parts[1]);
  if (!created_at) return foreign;
  return RunPosition{*created_at, parts[2]};
}

}  // namespace homeport::ledger
