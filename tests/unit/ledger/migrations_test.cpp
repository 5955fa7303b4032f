#include "ledger/sqlite/migrations.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "temporary_directory.hpp"

namespace homeport::ledger::sqlite {

constexpr Migration kFirst{1, "0001_first", "sum-1", "CREATE TABLE a (x INTEGER);"};
constexpr Migration kSecond{2, "0002_second", "sum-2", "CREATE TABLE b (x INTEGER);"};

class Migrations : public ::testing::Test {
 protected:
  base::Result<void> migrate_with(const std::vector<Migration>& migrations) {
    return migrate(*connection(), migrations);
  }
  std::unique_ptr<Connection> connection() {
    auto opened = Connection::open(directory_.path() / "test.db", "", Connection::Mode::Write);
    EXPECT_TRUE(opened);
    return std::move(opened.value());
  }
  std::vector<std::string> tables() {
    std::vector<std::string> names;
    EXPECT_TRUE(
        connection()->select("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
                             [&](const Row& row) -> base::Result<bool> {
                               names.push_back(row.text(0));
                               return true;
                             }));
    return names;
  }

 private:
  homeport::testing::TemporaryDirectory directory_;
};

using Names = std::vector<std::string>;

TEST_F(Migrations, BringADatabaseUpStepByStep) {
  EXPECT_TRUE(migrate_with({kFirst}));
  EXPECT_EQ(tables(), (Names{"a", "schema_migrations"}));
  EXPECT_TRUE(migrate_with({kFirst, kSecond}));
  EXPECT_EQ(tables(), (Names{"a", "b", "schema_migrations"}));
  EXPECT_TRUE(migrate_with({kFirst, kSecond})) << "a second time changes nothing";
}

TEST_F(Migrations, RefuseADatabaseOfANewerBinary) {
  EXPECT_TRUE(migrate_with({kFirst, kSecond}));
  const auto outcome = migrate_with({kFirst});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, base::ErrorCode::PreconditionFailed);
  EXPECT_EQ(outcome.error().reason, "DatabaseNewer");
}

TEST_F(Migrations, RefuseADatabaseMadeByOtherText) {
  EXPECT_TRUE(migrate_with({kFirst}));
  Migration edited = kFirst;
  edited.checksum = "another sum";
  const auto outcome = migrate_with({edited, kSecond});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, "DatabaseForeign");
  EXPECT_EQ(tables(), (Names{"a", "schema_migrations"}));
}

TEST_F(Migrations, LeaveNothingWhenAStepFails) {
  const Migration broken{2, "0002_broken", "sum",
                         "CREATE TABLE b (x INTEGER); CREATE TABLE a (y);"};
  EXPECT_FALSE(migrate_with({kFirst, broken}));
  EXPECT_EQ(tables(), Names{});
}

TEST_F(Migrations, OfThisBinaryAreNumberedWithoutGaps) {
  int number = 0;
  for (const Migration& migration : known_migrations()) {
    EXPECT_EQ(migration.number, ++number);
    EXPECT_EQ(migration.checksum.size(), 64U);
  }
  EXPECT_GT(number, 0);
}

TEST_F(Migrations, CountTheRunsThatWereThereBefore) {
  const auto known = known_migrations();
  EXPECT_TRUE(migrate(*connection(), known.first(1)));
  for (const char* state : {"Queued", "Completed", "Completed"}) {
    EXPECT_TRUE(connection()->execute(
        "INSERT INTO runs (workspace_id, id, experiment_id, number, state, parent_id, target,"
        " hidden, submitted, created_at, queue_order, revision, document)"
        " SELECT 'w', count(*), 'e', 1, ?1, '', 'cpu', 0, 1, 0, 1, 1, '{}' FROM runs",
        std::string(state)));
  }
  EXPECT_TRUE(migrate(*connection(), known));
  std::string counts;
  EXPECT_TRUE(connection()->select("SELECT state, runs FROM run_counts ORDER BY state",
                                   [&](const Row& row) -> base::Result<bool> {
                                     counts += row.text(0) + "=" + row.text(1) + " ";
                                     return true;
                                   }));
  EXPECT_EQ(counts, "Completed=2 Queued=1 ");
}

}  // namespace homeport::ledger::sqlite
