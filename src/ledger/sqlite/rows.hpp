#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ledger/failures.hpp"
#include "ledger/sqlite/connection.hpp"
#include "ledger/stores.hpp"

/// What every SQLite store does with rows.
namespace homeport::ledger::sqlite {

/// The first row of `sql` as `read` (Row -> Result<T>) makes it; nullopt if there is none.
template <typename T, typename... Arguments>
Found<T> find_one(Connection& connection, std::string_view sql, base::Result<T> (*read)(const Row&),
                  const Arguments&... arguments) {
  std::optional<T> found;
  const auto done = connection.select(
      sql,
      [&](const Row& row) -> base::Result<bool> {
        HP_TRY(auto value, read(row));
        found = std::move(value);
        return false;
      },
      arguments...);
  if (!done) return done.error();
  return found;
}

/// Every row of `sql`, in its order.
template <typename T, typename... Arguments>
base::Result<std::vector<T>> find_all(Connection& connection, std::string_view sql,
                                      base::Result<T> (*read)(const Row&),
                                      const Arguments&... arguments) {
  std::vector<T> all;
  const auto done = connection.select(
      sql,
      [&](const Row& row) -> base::Result<bool> {
        HP_TRY(auto value, read(row));
        all.push_back(std::move(value));
        return true;
      },
      arguments...);
  if (!done) return done.error();
  return all;
}

/// The outcome of an INSERT or UPDATE that a unique key may have refused.
inline base::Result<int64_t> name_conflict(base::Result<int64_t> changed, std::string_view kind,
                                           std::string_view name) {
  if (changed || changed.error().code != base::ErrorCode::AlreadyExists) return changed;
  base::Error error = exists_already(kind, name);
  error.cause = changed.error().cause;
  return error;
}

/// The outcome of an INSERT.
inline base::Result<void> inserted(base::Result<int64_t> changed, std::string_view kind,
                                   std::string_view name) {
  HP_TRYV(name_conflict(std::move(changed), kind, name));
  return base::success();
}

/// The outcome of an UPDATE or DELETE by key: NotFound if no row had it.
inline base::Result<void> found_and_changed(base::Result<int64_t> changed, std::string_view kind,
                                            std::string_view name) {
  HP_TRY(const int64_t rows, name_conflict(std::move(changed), kind, name));
  if (rows == 0) return no_such(kind, name);
  return base::success();
}

}  // namespace homeport::ledger::sqlite
