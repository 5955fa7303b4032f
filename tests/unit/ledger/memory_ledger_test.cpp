// The faults that a MemoryLedger plays to the simulator.
#include "ledger/memory/memory_ledger.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace homeport::ledger {

using base::ErrorCode;

class MemoryLedgerFaults : public ::testing::Test {
 protected:
  base::Result<void> insert(const std::string& id) {
    return ledger_.write([&](Transaction& t) -> base::Result<void> {
      HP_TRYV(t.runs().insert(homeport::testing::a_run(id)));
      return base::success();
    });
  }
  size_t count() {
    size_t runs = 0;
    EXPECT_TRUE(ledger_.read([&](Transaction& t) -> base::Result<void> {
      HP_TRY(const auto all, t.runs().list_unfinished());
      runs = all.size();
      return base::success();
    }));
    return runs;
  }
  void fail_next(CommitFault fault) {
    ledger_.inject_faults([=]() mutable { return std::exchange(fault, CommitFault::None); });
  }

  MemoryLedger ledger_;
};

TEST_F(MemoryLedgerFaults, AFullDiskKeepsNothingAndLaterWritesGoOn) {
  fail_next(CommitFault::DiskFull);
  EXPECT_EQ(insert("a").error().code, ErrorCode::ResourceExhausted);
  EXPECT_EQ(count(), 0U);
  EXPECT_TRUE(insert("a"));
}

TEST_F(MemoryLedgerFaults, AnUnknownOutcomeMayBeKeptOrLostAndStopsWritesUntilARestart) {
  int fatal = 0;
  ledger_.on_fatal([&](const std::string&) { ++fatal; });
  fail_next(CommitFault::UnknownKept);
  EXPECT_EQ(insert("kept").error().reason, "OutcomeUnknown");
  EXPECT_EQ(insert("refused").error().reason, "LedgerStopped");
  EXPECT_EQ(count(), 1U);
  EXPECT_EQ(fatal, 1);
  ledger_.restart();
  fail_next(CommitFault::UnknownLost);
  EXPECT_EQ(insert("lost").error().reason, "OutcomeUnknown");
  ledger_.restart();
  EXPECT_EQ(count(), 1U);
  EXPECT_TRUE(insert("after"));
}

}  // namespace homeport::ledger
