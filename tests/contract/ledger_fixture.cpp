#include "ledger_fixture.hpp"

#include "ledger/memory/memory_ledger.hpp"
#include "ledger/sqlite/sqlite_ledger.hpp"

namespace homeport::testing {

void LedgerContract::open() {
  if (GetParam() == LedgerKind::Memory) {
    ledger_ = std::make_unique<ledger::MemoryLedger>();
    return;
  }
  auto opened = ledger::SqliteLedger::open(directory_.path() / "homeport.db");
  ASSERT_TRUE(opened) << opened.error().message << " " << opened.error().cause;
  ledger_ = std::move(opened.value());
}

void LedgerContract::reopen() {
  if (GetParam() == LedgerKind::Memory) return;
  ledger_.reset();
  open();
}

std::string name_of(const ::testing::TestParamInfo<LedgerKind>& info) {
  return info.param == LedgerKind::Memory ? "Memory" : "Sqlite";
}

}  // namespace homeport::testing
