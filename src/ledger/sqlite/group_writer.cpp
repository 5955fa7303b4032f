#include "ledger/sqlite/group_writer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "ledger/failures.hpp"
#include "ledger/run_work.hpp"
#include "ledger/sqlite/transaction.hpp"

namespace homeport::ledger::sqlite {

namespace {

base::Error too_many_wait() {
  return {base::ErrorCode::ResourceExhausted,
          "too many changes wait for the disk; try again in a moment",
          {},
          "LedgerBusy",
          {}};
}

base::Error foreign_writer() {
  return {base::ErrorCode::Unavailable,
          "another process has changed this database; it must have one writer only",
          {},
          "ForeignWriter",
          "data_version changed"};
}

}  // namespace

GroupWriter::GroupWriter(std::unique_ptr<Connection> connection, const SqliteOptions& options)
    : connection_(std::move(connection)), options_(options) {
  connection_->on_commit_pages(&log_pages_);
  thread_ = std::thread([this] { run(); });
}

GroupWriter::~GroupWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (!refusal_) refusal_ = "it is being closed";
  }
  work_waits_.notify_one();
  thread_.join();
}

void GroupWriter::submit(Ledger::Work work, Ledger::Done done) {
  std::optional<base::Error> refused;
  bool was_idle = false;
  {
    const std::lock_guard lock(mutex_);
    if (refusal_) {
      refused = writes_refused(*refusal_);
    } else if (waiting_.size() >= options_.waiting_writes) {
      refused = too_many_wait();
    } else {
      was_idle = waiting_.empty();
      waiting_.push_back({std::move(work), std::move(done)});
    }
  }
  if (was_idle) work_waits_.notify_one();
  // NOLINTNEXTLINE(bugprone-use-after-move): refused work was not moved.
  if (refused && done) done(*refused);
}

void GroupWriter::on_fatal(std::function<void(std::string)> handler) {
  const std::lock_guard lock(mutex_);
  fatal_handler_ = std::move(handler);
}

SqliteActivity GroupWriter::activity() const {
  const std::lock_guard lock(mutex_);
  SqliteActivity now = activity_;
  now.waiting_writes += waiting_.size();
  return now;
}

void GroupWriter::note_commit(std::chrono::steady_clock::duration time) {
  const std::lock_guard lock(mutex_);
  ++activity_.commits;
  activity_.commit_time += time;
}

void GroupWriter::note_answered(const Outcomes& outcomes) {
  const auto good = static_cast<size_t>(std::count_if(
      outcomes.begin(), outcomes.end(), [](const auto& outcome) { return outcome.has_value(); }));
  const std::lock_guard lock(mutex_);
  activity_.writes += good;
  activity_.failed_writes += outcomes.size() - good;
  activity_.waiting_writes -= outcomes.size();
}

void GroupWriter::run() {
  while (failure_.empty() && take_waiting()) {
    while (failure_.empty() && !taken_.empty()) commit_some();
    if (failure_.empty()) checkpoint_if_due();
  }
  if (!failure_.empty()) refuse_the_rest();
}

bool GroupWriter::take_waiting() {
  std::unique_lock lock(mutex_);
  work_waits_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  taken_.swap(waiting_);
  activity_.waiting_writes = taken_.size();
  return !taken_.empty();
}

void GroupWriter::commit_some() {
  base::Result<void> begun = begin();
  if (!begun) {
    // Nothing was written, so these writes failed for certain. Somebody else's lock may go away; a
    // foreign change or a broken disk will not.
    Outcomes outcomes(taken_.size(), begun.error());
    roll_back();
    if (begun.error().reason != "DatabaseBusy") failure_ = begun.error().cause;
    answer(std::move(outcomes));
    return;
  }
  Outcomes outcomes;
  const auto deadline = std::chrono::steady_clock::now() + options_.commit_time;
  bool any = false;
  while (outcomes.size() < taken_.size() && outcomes.size() < options_.writes_per_commit) {
    outcomes.push_back(run_one(taken_[outcomes.size()].work));
    any = any || outcomes.back();
    if (!connection_->in_transaction()) break;  // SQLite has rolled everything back
    if (std::chrono::steady_clock::now() > deadline) break;
  }
  if (!connection_->in_transaction()) {
    fail_commit(connection_->worst_failure(), outcomes);
  } else if (any) {
    commit(outcomes);
  } else {
    roll_back();
  }
  answer(std::move(outcomes));
}

base::Result<void> GroupWriter::begin() {
  HP_TRYV(connection_->execute("BEGIN IMMEDIATE"));
  HP_TRY(const int64_t version, read_data_version());
  if (data_version_.value_or(version) != version) return foreign_writer();
  data_version_ = version;
  return base::success();
}

base::Result<int64_t> GroupWriter::read_data_version() {
  int64_t version = 0;
  HP_TRYV(connection_->select("PRAGMA data_version", [&](const Row& row) -> base::Result<bool> {
    version = row.integer(0);
    return true;
  }));
  return version;
}

void GroupWriter::roll_back() {
  if (connection_->in_transaction()) static_cast<void>(connection_->execute("ROLLBACK"));
  // Pages that had left the cache before their rollback count as somebody else's change.
  const auto version = read_data_version();
  if (version) data_version_ = version.value();
}

base::Result<void> GroupWriter::run_one(const Ledger::Work& work) {
  HP_TRYV(connection_->execute("SAVEPOINT one_write"));
  SqliteTransaction transaction(*connection_);
  base::Result<void> result = run_work(work, transaction);
  if (!connection_->in_transaction()) return result;
  if (!result) {
    HP_TRYV(connection_->execute("ROLLBACK TO one_write"));
  }
  HP_TRYV(connection_->execute("RELEASE one_write"));
  return result;
}

void GroupWriter::commit(Outcomes& outcomes) {
  const auto began = std::chrono::steady_clock::now();
  const auto committed = connection_->execute("COMMIT");
  note_commit(std::chrono::steady_clock::now() - began);
  if (!committed) fail_commit(committed.error(), outcomes);
}

void GroupWriter::fail_commit(const base::Error& error, Outcomes& outcomes) {
  roll_back();
  const bool full = error.code == base::ErrorCode::ResourceExhausted;
  for (base::Result<void>& outcome : outcomes) {
    if (outcome) outcome = full ? disk_full(error.cause) : outcome_unknown(error.cause);
  }
  if (!full) failure_ = error.cause;
}

void GroupWriter::answer(Outcomes outcomes) {
  note_answered(outcomes);
  for (base::Result<void>& outcome : outcomes) {
    const Ledger::Done done = std::move(taken_.front().done);
    taken_.pop_front();
    if (done) done(std::move(outcome));
  }
}

void GroupWriter::checkpoint_if_due() {
  if (log_pages_ < options_.log_pages) return;
  const auto left = connection_->checkpoint();
  log_pages_ = 0;  // the next commit counts again
  // A full disk leaves the log as it is, to be copied another time; the log can still be read.
  if (left || left.error().code == base::ErrorCode::ResourceExhausted) return;
  failure_ = left.error().cause;
}

void GroupWriter::refuse_the_rest() {
  std::function<void(std::string)> handler;
  {
    const std::lock_guard lock(mutex_);
    refusal_ = "the disk reported a failure, the server must restart";
    for (Write& write : waiting_) taken_.push_back(std::move(write));
    waiting_.clear();
    activity_.waiting_writes = taken_.size();
    handler = std::exchange(fatal_handler_, nullptr);
  }
  answer(Outcomes(taken_.size(), writes_refused("the disk reported a failure")));
  if (handler) handler(failure_);
}

}  // namespace homeport::ledger::sqlite
