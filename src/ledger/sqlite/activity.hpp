#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace homeport::ledger {

/// What a SqliteLedger has done since it was opened, and what waits for it now.
struct SqliteActivity {
  size_t waiting_writes = 0;   ///< queued, or in the commit under way
  uint64_t writes = 0;         ///< durable
  uint64_t failed_writes = 0;  ///< ended with an error: their own, or that of their commit
  uint64_t commits = 0;
  std::chrono::nanoseconds commit_time{0};  ///< spent in COMMIT, all together
};

}  // namespace homeport::ledger
