#pragma once

#include <optional>
#include <utility>

#include "ledger/ledger.hpp"

namespace homeport::service {

/// write(ledger, [](Transaction&) -> Result<T>): the T of a durable write.
template <typename Work>
auto write(ledger::Ledger& ledger, Work work)
    -> decltype(work(std::declval<ledger::Transaction&>())) {
  using Outcome = decltype(work(std::declval<ledger::Transaction&>()));
  using Value = typename Outcome::value_type;
  std::optional<Value> value;
  HP_TRYV(ledger.write([&](ledger::Transaction& transaction) -> base::Result<void> {
    HP_TRY(auto made, work(transaction));
    value.emplace(std::move(made));
    return base::success();
  }));
  return std::move(*value);
}

/// The same over a snapshot.
template <typename Work>
auto read(ledger::Ledger& ledger, Work work)
    -> decltype(work(std::declval<ledger::Transaction&>())) {
  using Outcome = decltype(work(std::declval<ledger::Transaction&>()));
  using Value = typename Outcome::value_type;
  std::optional<Value> value;
  HP_TRYV(ledger.read([&](ledger::Transaction& transaction) -> base::Result<void> {
    HP_TRY(auto made, work(transaction));
    value.emplace(std::move(made));
    return base::success();
  }));
  return std::move(*value);
}

/// The value that must be there, or `missing`.
template <typename T>
base::Result<T> required(ledger::Found<T> found, base::Error missing) {
  if (found.has_error()) return std::move(found).error();
  if (!found.value()) return missing;
  return std::move(*found.value());
}

}  // namespace homeport::service
