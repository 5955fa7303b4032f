#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ledger/ledger.hpp"
#include "ledger/sqlite/activity.hpp"
#include "ledger/sqlite/options.hpp"

namespace homeport::ledger {

namespace sqlite {
class GroupWriter;
class ReaderPool;
}  // namespace sqlite

/// A Ledger in one SQLite file (and its write-ahead log beside it), on a local disk. One process
/// at a time opens it; the caller keeps others away (a lock file), and a change by another process
/// is noticed at the next write, which then fails for good. Writes run on the ledger's thread,
/// reads on the caller's. Its end waits for the writes that were queued. Any thread.
class SqliteLedger final : public Ledger {
 public:
  /// Makes the database or brings it up to this binary's schema. PreconditionFailed if it is newer
  /// or foreign; Unavailable if another process is writing it; Internal if it cannot be opened.
  static base::Result<std::unique_ptr<SqliteLedger>> open(const std::string& path,
                                                          const SqliteOptions& options = {});
  ~SqliteLedger() override;

  /// Not from the ledger's own thread, where it would wait for itself.
  base::Result<void> write(Work work) override;
  void write_async(Work work, Done done) override;
  base::Result<void> read(Work work) override;
  void on_fatal(std::function<void(std::string)> handler) override;

  SqliteActivity activity() const;

 private:
  SqliteLedger(std::unique_ptr<sqlite::GroupWriter> writer,
               std::unique_ptr<sqlite::ReaderPool> readers);

  std::unique_ptr<sqlite::ReaderPool> readers_;
  std::unique_ptr<sqlite::GroupWriter> writer_;  ///< ends first: what it answers may still read
};

}  // namespace homeport::ledger
