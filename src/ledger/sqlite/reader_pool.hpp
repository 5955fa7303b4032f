#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "ledger/ledger.hpp"
#include "ledger/sqlite/connection.hpp"

namespace homeport::ledger::sqlite {

/// Connections that only read, lent to one call each. Any thread.
class ReaderPool {
 public:
  ReaderPool(std::vector<std::unique_ptr<Connection>> connections,
             std::chrono::milliseconds patience);

  /// Runs `work` over a snapshot, on the calling thread. Unavailable if every reader stays busy.
  base::Result<void> read(const Ledger::Work& work);

 private:
  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection> connection);

  const std::chrono::milliseconds patience_;
  std::mutex mutex_;  ///< guards free_
  std::condition_variable one_is_free_;
  std::vector<std::unique_ptr<Connection>> free_;
};

}  // namespace homeport::ledger::sqlite
