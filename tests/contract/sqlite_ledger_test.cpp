// What only the durable ledger promises: one writer, a bounded queue, an orderly end.
#include "ledger/sqlite/sqlite_ledger.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <future>

#include "builders.hpp"
#include "ledger_fixture.hpp"
#include "temporary_directory.hpp"

namespace homeport::testing {

using base::ErrorCode;
using ledger::SqliteLedger;
using ledger::SqliteOptions;
using ledger::Transaction;

class SqliteLedgerTest : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteLedger> open(const SqliteOptions& options = {}) {
    auto opened = SqliteLedger::open(path(), options);
    EXPECT_TRUE(opened) << opened.error().message << " " << opened.error().cause;
    return opened ? std::move(opened.value()) : nullptr;
  }
  std::string path() const { return directory_.path() / "homeport.db"; }

  /// Another process's statement on the same database.
  void run_elsewhere(const std::string& sql) {
    if (!elsewhere_) {
      ASSERT_EQ(sqlite3_open(path().c_str(), &elsewhere_), SQLITE_OK);
    }
    ASSERT_EQ(sqlite3_exec(elsewhere_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(elsewhere_);
  }
  void TearDown() override { sqlite3_close(elsewhere_); }

  static base::Result<void> insert(Transaction& t, const std::string& id) {
    HP_TRYV(t.runs().insert(a_run(id)));
    return base::success();
  }
  static base::Result<void> write(SqliteLedger& ledger, const std::string& id) {
    return ledger.write([&](Transaction& t) { return insert(t, id); });
  }

 private:
  TemporaryDirectory directory_;
  sqlite3* elsewhere_ = nullptr;
};

TEST_F(SqliteLedgerTest, AWriteWaitsForNobodyWhoHoldsTheDatabase) {
  auto ledger = open();
  run_elsewhere("BEGIN IMMEDIATE");
  const auto busy = write(*ledger, "r");
  ASSERT_EQ(code_of(busy), ErrorCode::Unavailable);
  EXPECT_EQ(busy.error().reason, "DatabaseBusy");
  run_elsewhere("ROLLBACK");
  EXPECT_OK(write(*ledger, "r"));
}

TEST_F(SqliteLedgerTest, ADatabaseThatSomebodyWritesCannotBeOpened) {
  open().reset();
  run_elsewhere("BEGIN IMMEDIATE");
  EXPECT_EQ(code_of(SqliteLedger::open(path())), ErrorCode::Unavailable);
}

TEST_F(SqliteLedgerTest, AChangeByAnotherProcessEndsTheWrites) {
  auto ledger = open();
  std::promise<std::string> fatal;
  ledger->on_fatal([&](std::string cause) { fatal.set_value(std::move(cause)); });
  EXPECT_OK(write(*ledger, "r"));
  run_elsewhere("UPDATE queue_orders SET last = 500");
  const auto outcome = write(*ledger, "s");
  ASSERT_EQ(code_of(outcome), ErrorCode::Unavailable);
  EXPECT_EQ(outcome.error().reason, "ForeignWriter");
  EXPECT_FALSE(fatal.get_future().get().empty());
  EXPECT_EQ(code_of(write(*ledger, "t")), ErrorCode::Unavailable);
}

TEST_F(SqliteLedgerTest, RefusesWritesBeyondTheBoundOfItsQueue) {
  SqliteOptions options;
  options.waiting_writes = 2;
  auto ledger = open(options);
  std::promise<void> entered;
  std::promise<void> release;
  std::atomic<int> written{0};
  ledger->write_async(
      [&](Transaction&) -> base::Result<void> {
        entered.set_value();
        release.get_future().wait();
        return base::success();
      },
      [&](const base::Result<void>&) { ++written; });
  entered.get_future().wait();
  const auto count = [&](const base::Result<void>& outcome) { written += outcome ? 1 : 0; };
  ledger->write_async([](Transaction& t) { return insert(t, "a"); }, count);
  ledger->write_async([](Transaction& t) { return insert(t, "b"); }, count);
  const auto refused = write(*ledger, "c");
  EXPECT_EQ(code_of(refused), ErrorCode::ResourceExhausted);
  release.set_value();
  ledger.reset();
  EXPECT_EQ(written, 3);
}

TEST_F(SqliteLedgerTest, SaysWhatItHasDoneAndWhatWaits) {
  auto ledger = open();
  EXPECT_EQ(ledger->activity().writes, 0U);
  EXPECT_OK(write(*ledger, "a"));
  EXPECT_EQ(code_of(write(*ledger, "a")), ErrorCode::AlreadyExists);
  std::promise<void> entered;
  std::promise<void> release;
  std::promise<void> ended;
  ledger->write_async(
      [&](Transaction&) -> base::Result<void> {
        entered.set_value();
        release.get_future().wait();
        return base::success();
      },
      {});
  entered.get_future().wait();
  ledger->write_async([](Transaction& t) { return insert(t, "b"); },
                      [&](const base::Result<void>&) { ended.set_value(); });
  EXPECT_EQ(ledger->activity().waiting_writes, 2U);
  release.set_value();
  ended.get_future().wait();
  const ledger::SqliteActivity activity = ledger->activity();
  EXPECT_EQ(activity.waiting_writes, 0U);
  EXPECT_EQ(activity.writes, 3U);
  EXPECT_EQ(activity.failed_writes, 1U);
  EXPECT_GE(activity.commits, 2U);
  EXPECT_LE(activity.commits, 3U);
  EXPECT_GT(activity.commit_time.count(), 0);
}

TEST_F(SqliteLedgerTest, ItsEndWritesWhatWaits) {
  int answered = 0;
  auto ledger = open();
  for (int i = 0; i < 50; ++i) {
    ledger->write_async([i](Transaction& t) { return insert(t, std::to_string(i)); },
                        [&](const base::Result<void>& outcome) { answered += outcome ? 1 : 0; });
  }
  ledger.reset();
  EXPECT_EQ(answered, 50);
  size_t found = 0;
  EXPECT_OK(open()->read([&](Transaction& t) -> base::Result<void> {
    HP_TRY(const auto runs, t.runs().list_unfinished());
    found = runs.size();
    return base::success();
  }));
  EXPECT_EQ(found, 50U);
}

TEST_F(SqliteLedgerTest, AReadKeepsItsSnapshotWhileOthersWrite) {
  auto ledger = open();
  EXPECT_OK(write(*ledger, "a"));
  EXPECT_OK(ledger->read([&](Transaction& t) -> base::Result<void> {
    HP_TRY(const auto before, t.runs().list_unfinished());
    EXPECT_OK(write(*ledger, "b")) << "a write does not wait for a read";
    HP_TRY(const auto after, t.runs().list_unfinished());
    EXPECT_EQ(before, after);
    return base::success();
  }));
}

TEST_F(SqliteLedgerTest, AFolderThatIsNotThereIsAnError) {
  const auto opened = SqliteLedger::open(path() + "/not/there.db");
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("not/there.db"), std::string::npos);
}

TEST_F(SqliteLedgerTest, ReadersThatStayBusyAreAnError) {
  SqliteOptions options;
  options.readers = 1;
  options.read_patience = std::chrono::milliseconds(10);
  auto ledger = open(options);
  EXPECT_OK(ledger->read([&](Transaction&) -> base::Result<void> {
    const auto second =
        ledger->read([](Transaction&) { return base::Result<void>(base::success()); });
    EXPECT_EQ(code_of(second), ErrorCode::Unavailable);
    return base::success();
  }));
}

}  // namespace homeport::testing
