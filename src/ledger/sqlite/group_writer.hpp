#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ledger/ledger.hpp"
#include "ledger/sqlite/activity.hpp"
#include "ledger/sqlite/connection.hpp"
#include "ledger/sqlite/options.hpp"

namespace homeport::ledger::sqlite {

/// The one connection that writes, on a thread of its own. Writes that wait together share one
/// commit, each in its own savepoint. Any thread.
class GroupWriter {
 public:
  GroupWriter(std::unique_ptr<Connection> connection, const SqliteOptions& options);
  /// Writes what waits, then ends the thread.
  ~GroupWriter();
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;

  /// `done` is called on the writer's thread after the commit, or here if the write is refused.
  void submit(Ledger::Work work, Ledger::Done done);
  void on_fatal(std::function<void(std::string)> handler);
  SqliteActivity activity() const;

 private:
  struct Write {
    Ledger::Work work;
    Ledger::Done done;
  };
  using Outcomes = std::vector<base::Result<void>>;

  void run();
  void note_answered(const Outcomes& outcomes);
  void note_commit(std::chrono::steady_clock::duration time);
  bool take_waiting();
  void commit_some();
  base::Result<void> begin();
  base::Result<int64_t> read_data_version();
  void roll_back();
  base::Result<void> run_one(const Ledger::Work& work);
  void commit(Outcomes& outcomes);
  void fail_commit(const base::Error& error, Outcomes& outcomes);
  void answer(Outcomes outcomes);
  void checkpoint_if_due();
  void refuse_the_rest();

  // Of the writer's thread alone.
  const std::unique_ptr<Connection> connection_;
  const SqliteOptions options_;
  std::deque<Write> taken_;              ///< waiting_, as of the last look
  std::optional<int64_t> data_version_;  ///< counts commits of others: there should be none
  int log_pages_ = 0;
  std::string failure_;  ///< why nothing can be written any more; empty while all is well

  mutable std::mutex mutex_;  ///< guards what follows
  SqliteActivity activity_;   ///< but for waiting_writes
  std::condition_variable work_waits_;
  std::deque<Write> waiting_;
  std::optional<std::string> refusal_;  ///< set once writes are refused
  std::function<void(std::string)> fatal_handler_;
  bool stopping_ = false;

  std::thread thread_;  ///< last: it uses everything above
};

}  // namespace homeport::ledger::sqlite
