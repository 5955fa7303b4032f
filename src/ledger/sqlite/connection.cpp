#include "ledger/sqlite/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "ledger/failures.hpp"

namespace homeport::ledger::sqlite {

namespace {

// WAL with synchronous=FULL: a commit returns after its frames are synced (design rule 1). Sorting
// and statement journals stay in memory, so that a full disk cannot fail a read. The writer
// checkpoints by itself, between two commits.
constexpr const char* kWriterSetup = R"(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = OFF;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -16384;
  PRAGMA foreign_keys = OFF;
  PRAGMA trusted_schema = OFF;
)";

constexpr const char* kReaderSetup = R"(
  PRAGMA query_only = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -4096;
  PRAGMA trusted_schema = OFF;
)";

// A reader may meet the writer's checkpoint or a recovery; it waits that out. The writer waits for
// nobody: whoever else holds the write lock should not be there.
constexpr int kReaderPatienceMs = 5000;

int keep_pages(void* pages, sqlite3*, const char*, int in_log) {
  *static_cast<int*>(pages) = in_log;
  return SQLITE_OK;
}

// Counting every allocation takes a lock of the whole process, which connections would share.
void configure_library_once() {
  static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(configured);
}

}  // namespace

std::string_view Row::view(int column) const {
  // As SQLite stores it: asking for text would convert bytes in place.
  const void* stored = sqlite3_column_blob(statement_, column);
  if (!stored) return {};
  return {static_cast<const char*>(stored),
          static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Row::holds_bytes(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_BLOB;
}

int64_t Row::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

Connection::Use::~Use() {
  sqlite3_reset(statement_);
}

base::Result<std::unique_ptr<Connection>> Connection::open(const std::string& path,
                                                           const std::string& vfs, Mode mode) {
  configure_library_once();
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == Mode::Write ? SQLITE_OPEN_CREATE : 0);
  const int outcome =
      sqlite3_open_v2(path.c_str(), &database, flags, vfs.empty() ? nullptr : vfs.c_str());
  std::unique_ptr<Connection> connection(new Connection(database));
  if (outcome != SQLITE_OK) {
    base::Error error = connection->error();
    error.message = fmt::format("the database {} cannot be opened: {}", path, error.cause);
    return error;
  }
  if (mode == Mode::Read) sqlite3_busy_timeout(database, kReaderPatienceMs);
  HP_TRYV(connection->run_script(mode == Mode::Write ? kWriterSetup : kReaderSetup));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

base::Result<sqlite3_stmt*> Connection::prepare(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return known->second;
  sqlite3_stmt* statement = nullptr;
  const int outcome = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (outcome != SQLITE_OK) return error();
  statements_.emplace(sql, statement);
  return statement;
}

base::Result<bool> Connection::step(sqlite3_stmt* statement) {
  const int outcome = sqlite3_step(statement);
  if (outcome == SQLITE_ROW) return true;
  if (outcome == SQLITE_DONE) return false;
  base::Error failure = error();
  if (!in_transaction()) worst_failure_ = failure;
  return failure;
}

int64_t Connection::changes() const {
  return sqlite3_changes64(database_);
}

void Connection::bind(sqlite3_stmt* statement, int index, std::string_view text) {
  // A view of nothing has no address, which SQLite would take for NULL.
  sqlite3_bind_text64(statement, index, text.data() ? text.data() : "", text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}

void Connection::bind(sqlite3_stmt* statement, int index, Bytes bytes) {
  sqlite3_bind_blob64(statement, index, bytes.view.data(), bytes.view.size(), SQLITE_STATIC);
}

void Connection::bind(sqlite3_stmt* statement, int index, int64_t number) {
  sqlite3_bind_int64(statement, index, number);
}

base::Result<void> Connection::run_script(const std::string& sql) {
  if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return error();
  return base::success();
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_) == 0;
}

base::Error Connection::error() const {
  const int extended = sqlite3_extended_errcode(database_);
  std::string cause = fmt::format("SQLite {} ({}): {}", sqlite3_errstr(extended), extended,
                                  sqlite3_errmsg(database_));
  if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY) {
    return {base::ErrorCode::AlreadyExists, "there is one of this name already", {}, {}, cause};
  }
  switch (extended & 0xff) {
    case SQLITE_CONSTRAINT:
      return {base::ErrorCode::Conflict, "the ledger refuses this change", {}, {}, cause};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {base::ErrorCode::Unavailable,
              "another process uses this database; stop it or choose another data directory",
              {},
              "DatabaseBusy",
              cause};
    case SQLITE_FULL:
      return disk_full(cause);
    case SQLITE_READONLY: {
      base::Error error = written_while_reading();
      error.cause = cause;
      return error;
    }
    default:
      return base::internal("the database failed", cause);
  }
}

base::Result<int> Connection::checkpoint() {
  int in_log = 0;
  int copied = 0;
  const int outcome =
      sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  if (outcome != SQLITE_OK && outcome != SQLITE_BUSY) return error();
  return in_log - copied;
}

void Connection::on_commit_pages(int* pages) {
  sqlite3_wal_hook(database_, keep_pages, pages);
}

}  // namespace homeport::ledger::sqlite
