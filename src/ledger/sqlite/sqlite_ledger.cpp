#include "ledger/sqlite/sqlite_ledger.hpp"

#include <future>
#include <utility>
#include <vector>

#include "ledger/sqlite/group_writer.hpp"
#include "ledger/sqlite/migrations.hpp"
#include "ledger/sqlite/reader_pool.hpp"

namespace homeport::ledger {

using sqlite::Connection;

base::Result<std::unique_ptr<SqliteLedger>> SqliteLedger::open(const std::string& path,
                                                               const SqliteOptions& options) {
  HP_TRY(auto connection, Connection::open(path, options.vfs, Connection::Mode::Write));
  HP_TRYV(sqlite::migrate(*connection, sqlite::known_migrations()));
  std::vector<std::unique_ptr<Connection>> readers;
  for (size_t i = 0; i < options.readers; ++i) {
    HP_TRY(auto reader, Connection::open(path, options.vfs, Connection::Mode::Read));
    readers.push_back(std::move(reader));
  }
  auto pool = std::make_unique<sqlite::ReaderPool>(std::move(readers), options.read_patience);
  auto writer = std::make_unique<sqlite::GroupWriter>(std::move(connection), options);
  return std::unique_ptr<SqliteLedger>(new SqliteLedger(std::move(writer), std::move(pool)));
}

SqliteLedger::SqliteLedger(std::unique_ptr<sqlite::GroupWriter> writer,
                           std::unique_ptr<sqlite::ReaderPool> readers)
    : readers_(std::move(readers)), writer_(std::move(writer)) {}

SqliteLedger::~SqliteLedger() = default;

base::Result<void> SqliteLedger::write(Work work) {
  const auto outcome = std::make_shared<std::promise<base::Result<void>>>();
  std::future<base::Result<void>> answer = outcome->get_future();
  writer_->submit(std::move(work),
                  [outcome](base::Result<void> result) { outcome->set_value(std::move(result)); });
  return answer.get();
}

void SqliteLedger::write_async(Work work, Done done) {
  writer_->submit(std::move(work), std::move(done));
}

base::Result<void> SqliteLedger::read(Work work) {
  return readers_->read(work);
}

void SqliteLedger::on_fatal(std::function<void(std::string)> handler) {
  writer_->on_fatal(std::move(handler));
}

SqliteActivity SqliteLedger::activity() const {
  return writer_->activity();
}

}  // namespace homeport::ledger
