#include "ledger/sqlite/reader_pool.hpp"

#include <utility>

#include "ledger/run_work.hpp"
#include "ledger/sqlite/transaction.hpp"

namespace homeport::ledger::sqlite {

ReaderPool::ReaderPool(std::vector<std::unique_ptr<Connection>> connections,
                       std::chrono::milliseconds patience)
    : patience_(patience), free_(std::move(connections)) {}

base::Result<void> ReaderPool::read(const Ledger::Work& work) {
  std::unique_ptr<Connection> connection = take();
  if (!connection) {
    return base::Error{base::ErrorCode::Unavailable,
                       "every reader of the ledger is busy; try again in a moment",
                       {},
                       "LedgerBusy",
                       {}};
  }
  base::Result<void> result = base::success();
  if (const auto begun = connection->execute("BEGIN"); !begun) {
    result = begun.error();
  } else {
    SqliteTransaction transaction(*connection);
    result = run_work(work, transaction);
    const auto ended = connection->execute("ROLLBACK");
    if (result && !ended) result = ended.error();
  }
  give_back(std::move(connection));
  return result;
}

std::unique_ptr<Connection> ReaderPool::take() {
  std::unique_lock lock(mutex_);
  if (!one_is_free_.wait_for(lock, patience_, [this] { return !free_.empty(); })) return nullptr;
  std::unique_ptr<Connection> connection = std::move(free_.back());
  free_.pop_back();
  return connection;
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(connection));
  }
  one_is_free_.notify_one();
}

}  // namespace homeport::ledger::sqlite
