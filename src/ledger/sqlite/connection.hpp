#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace homeport::ledger::sqlite {

/// An argument that is bytes, not text.
struct Bytes {
  std::string_view view;
};

/// One row of a result; valid until the next step. Columns count from 0.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}

  std::string_view view(int column) const;  ///< dies with the row
  std::string text(int column) const { return std::string(view(column)); }
  bool holds_bytes(int column) const;  ///< view() then gives them
  int64_t integer(int column) const;

 private:
  sqlite3_stmt* statement_;
};

/// One connection to the database, with its prepared statements. One thread at a time.
///
/// Arguments are bound to ?1, ?2 ... in their order and must live until the call returns (a
/// temporary in the call does). SQL texts are kept with their prepared statements: use literals or
/// a few generated texts, never text with values in it.
class Connection {
 public:
  enum class Mode {
    Write,
    Read,  ///< any change is an Internal error
  };

  /// Opens (Write: makes) the database. `vfs` empty: the default one. Errors: those of error().
  static base::Result<std::unique_ptr<Connection>> open(const std::string& path,
                                                        const std::string& vfs, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs one statement that returns no rows; gives the number of rows it changed.
  template <typename... Arguments>
  base::Result<int64_t> execute(std::string_view sql, const Arguments&... arguments) {
    return select(
        sql, [](const Row&) { return base::Result<bool>(true); }, arguments...);
  }

  /// Runs one statement and calls `on_row` (Row -> Result<bool>) for each row, until it answers
  /// false or an error, which is passed on. Gives the number of rows changed.
  template <typename OnRow, typename... Arguments>
  base::Result<int64_t> select(std::string_view sql, OnRow on_row, const Arguments&... arguments) {
    HP_TRY(sqlite3_stmt * statement, prepare(sql));
    const Use use(statement);
    int index = 0;
    (bind(statement, ++index, arguments), ...);
    for (;;) {
      HP_TRY(const bool has_row, step(statement));
      if (!has_row) return changes();
      HP_TRY(const bool more, on_row(Row(statement)));
      if (!more) return changes();
    }
  }

  /// Runs several statements without arguments or results, as a migration does.
  base::Result<void> run_script(const std::string& sql);

  /// False after SQLite itself has rolled the transaction back (disk full, I/O error).
  bool in_transaction() const;

  /// What the last call failed with: AlreadyExists (unique key), Conflict (another constraint),
  /// Unavailable (another connection writes), ResourceExhausted (disk full), else Internal. `cause`
  /// holds SQLite's own words.
  base::Error error() const;
  /// The error by which SQLite gave up the whole transaction, as error() worded it then.
  const base::Error& worst_failure() const { return worst_failure_; }

  /// Copies the write-ahead log into the database as far as readers allow, and syncs it. Returns
  /// the pages that wait in the log.
  base::Result<int> checkpoint();
  /// Called with the pages in the log after each commit; replaces SQLite's own checkpoints.
  void on_commit_pages(int* pages);

 private:
  /// Gives a statement back for its next use.
  class Use {
   public:
    explicit Use(sqlite3_stmt* statement) : statement_(statement) {}
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    sqlite3_stmt* statement_;
  };
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  explicit Connection(sqlite3* database) : database_(database) {}
  base::Result<sqlite3_stmt*> prepare(std::string_view sql);
  base::Result<bool> step(sqlite3_stmt* statement);
  int64_t changes() const;

  static void bind(sqlite3_stmt* statement, int index, std::string_view text);
  static void bind(sqlite3_stmt* statement, int index, Bytes bytes);
  static void bind(sqlite3_stmt* statement, int index, const std::string& text) {
    bind(statement, index, std::string_view(text));
  }
  static void bind(sqlite3_stmt* statement, int index, const char* text) {
    bind(statement, index, std::string_view(text));
  }
  static void bind(sqlite3_stmt* statement, int index, int64_t number);
  static void bind(sqlite3_stmt* statement, int index, int number) {
    bind(statement, index, int64_t{number});
  }
  static void bind(sqlite3_stmt* statement, int index, bool flag) {
    bind(statement, index, int64_t{flag ? 1 : 0});
  }
  static void bind(sqlite3_stmt* statement, int index, base::TimePoint time) {
    bind(statement, index, int64_t{time.time_since_epoch().count()});
  }
  template <typename Tag>
  static void bind(sqlite3_stmt* statement, int index, const base::Id<Tag>& id) {
    bind(statement, index, std::string_view(id.text()));
  }

  sqlite3* database_;
  base::Error worst_failure_;
  std::unordered_map<std::string, sqlite3_stmt*, TextHash, std::equal_to<>> statements_;
};

}  // namespace homeport::ledger::sqlite
