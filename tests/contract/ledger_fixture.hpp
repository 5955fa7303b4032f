#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "builders.hpp"
#include "ledger/ledger.hpp"
#include "temporary_directory.hpp"

namespace homeport::testing {

enum class LedgerKind { Memory, Sqlite };

/// One contract over every kind of ledger: a test says what must hold, the parameter says for whom.
class LedgerContract : public ::testing::TestWithParam<LedgerKind> {
 protected:
  void SetUp() override { open(); }

  ledger::Ledger& the_ledger() { return *ledger_; }

  /// Closes and opens a ledger that has a disk; the other kind just goes on.
  void reopen();

  base::Result<void> write(ledger::Ledger::Work work) { return ledger_->write(std::move(work)); }
  base::Result<void> read(ledger::Ledger::Work work) { return ledger_->read(std::move(work)); }

  /// The value of `look` (Transaction& -> Result<T>) in a transaction that reads.
  template <typename Look>
  auto look_up(Look look) {
    using Value = typename decltype(look(std::declval<ledger::Transaction&>()))::value_type;
    std::optional<Value> value;
    const base::Result<void> outcome = ledger_->read([&](ledger::Transaction& t) {
      auto found = look(t);
      if (!found) return base::Result<void>(found.error());
      value = std::move(found.value());
      return base::Result<void>(base::success());
    });
    EXPECT_TRUE(outcome) << outcome.error().message << " " << outcome.error().cause;
    return value.value_or(Value{});
  }

  /// The value of `change` in a transaction that writes; fails the test on an error.
  template <typename Make>
  auto make(Make change) {
    using Value = typename decltype(change(std::declval<ledger::Transaction&>()))::value_type;
    std::optional<Value> value;
    const base::Result<void> outcome = ledger_->write([&](ledger::Transaction& t) {
      auto made = change(t);
      if (!made) return base::Result<void>(made.error());
      value = std::move(made.value());
      return base::Result<void>(base::success());
    });
    EXPECT_TRUE(outcome) << outcome.error().message << " " << outcome.error().cause;
    return value.value_or(Value{});
  }

 private:
  void open();

  TemporaryDirectory directory_;
  std::unique_ptr<ledger::Ledger> ledger_;
};

/// EXPECT_EQ(code_of(result), ErrorCode::NotFound); nullopt if it succeeded.
template <typename T>
std::optional<base::ErrorCode> code_of(const base::Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error().code);
}

template <typename T>
::testing::AssertionResult succeeded(const base::Result<T>& result) {
  if (result) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << result.error().message << " " << result.error().cause;
}

#define EXPECT_OK(result) EXPECT_TRUE(::homeport::testing::succeeded(result))

std::string name_of(const ::testing::TestParamInfo<LedgerKind>& info);

#define FOR_EVERY_LEDGER(Suite)                                                        \
  INSTANTIATE_TEST_SUITE_P(, Suite,                                                    \
                           ::testing::Values(::homeport::testing::LedgerKind::Memory,  \
                                             ::homeport::testing::LedgerKind::Sqlite), \
                           ::homeport::testing::name_of)

}  // namespace homeport::testing
