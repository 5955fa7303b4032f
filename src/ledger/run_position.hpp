#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "domain/run.hpp"
#include "ledger/run_query.hpp"

namespace homeport::ledger {

/// Where a page of runs ends: the key by which runs are ordered. A page that starts here holds what
/// comes strictly after it.
struct RunPosition {
  int64_t created_at = 0;  ///< microseconds since 1970
  std::string run_id;

  auto operator<=>(const RunPosition&) const = default;
};

RunPosition position_of(const domain::Run& run);
/// The position before every run in this order.
RunPosition first_position(RunOrder order);
/// As text that fits into a URL without escapes.
std::string to_continuation(const RunPosition& position, RunOrder order);
/// Where `query` starts: after its continuation, or before every run. InvalidArgument if the
/// continuation is not one of to_continuation for the same order.
base::Result<RunPosition> start_of(const RunQuery& query);

}  // namespace homeport::ledger
