#pragma once

#include <span>
#include <string_view>

#include "ledger/sqlite/connection.hpp"

namespace homeport::ledger::sqlite {

/// One step of the schema, from migrations/NNNN_name.sql. Forward only; never edited once released.
struct Migration {
  int number;
  std::string_view name;
  std::string_view checksum;  ///< SHA-256 of the file
  std::string_view sql;
};

/// All that this binary knows, by number from 1. Compiled in.
std::span<const Migration> known_migrations();

/// Brings the database up to the last of `migrations`, all in one transaction. PreconditionFailed,
/// and nothing changed, if the database is newer than these or was made by other text than theirs;
/// Unavailable if another process is writing it.
base::Result<void> migrate(Connection& connection, std::span<const Migration> migrations);

}  // namespace homeport::ledger::sqlite
