#include "ledger/sqlite/migrations.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace homeport::ledger::sqlite {

namespace {

struct Applied {
  int64_t number;
  std::string name;
  std::string checksum;
};

base::Error schema_error(std::string reason, std::string message) {
  return {base::ErrorCode::PreconditionFailed, std::move(message), {}, std::move(reason), {}};
}

base::Result<std::vector<Applied>> applied_migrations(Connection& connection) {
  HP_TRYV(connection.execute(
      "CREATE TABLE IF NOT EXISTS schema_migrations ("
      " number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT"));
  std::vector<Applied> applied;
  HP_TRYV(connection.select("SELECT number, name, checksum FROM schema_migrations ORDER BY number",
                            [&](const Row& row) -> base::Result<bool> {
                              applied.push_back({row.integer(0), row.text(1), row.text(2)});
                              return true;
                            }));
  return applied;
}

base::Result<void> check_history(const std::vector<Applied>& applied,
                                 std::span<const Migration> migrations) {
  if (applied.size() > migrations.size()) {
    return schema_error(
        "DatabaseNewer",
        fmt::format("the data directory was used by a newer Homeport (schema {}, this one knows "
                    "{}); start that version, or restore a backup made by this one",
                    applied.back().number, migrations.size()));
  }
  for (size_t i = 0; i < applied.size(); ++i) {
    if (applied[i].number != migrations[i].number ||
        applied[i].checksum != migrations[i].checksum) {
      return schema_error("DatabaseForeign",
                          fmt::format("step {} ({}) of the database's schema is not the one that "
                                      "this Homeport knows; it was made by another build",
                                      applied[i].number, applied[i].name));
    }
  }
  return base::success();
}

base::Result<void> migrate_in_transaction(Connection& connection,
                                          std::span<const Migration> migrations) {
  HP_TRY(const auto applied, applied_migrations(connection));
  HP_TRYV(check_history(applied, migrations));
  for (const Migration& migration : migrations.subspan(applied.size())) {
    HP_TRYV(connection.run_script(std::string(migration.sql)));
    HP_TRYV(connection.execute(
        "INSERT INTO schema_migrations (number, name, checksum) VALUES (?1, ?2, ?3)",
        migration.number, migration.name, migration.checksum));
  }
  HP_TRYV(connection.execute("COMMIT"));
  return base::success();
}

}  // namespace

base::Result<void> migrate(Connection& connection, std::span<const Migration> migrations) {
  HP_TRYV(connection.execute("BEGIN IMMEDIATE"));
  base::Result<void> result = migrate_in_transaction(connection, migrations);
  if (!result && connection.in_transaction()) static_cast<void>(connection.execute("ROLLBACK"));
  return result;
}

}  // namespace homeport::ledger::sqlite
