#include "sim_ledger.hpp"

#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include "contract/faulty_disk.hpp"
#include "ledger/memory/memory_ledger.hpp"
#include "ledger/sqlite/sqlite_ledger.hpp"
#include "temporary_directory.hpp"

namespace homeport::sim {
namespace {

// Once in so many commits.
constexpr int kUnknown = 150;
constexpr int kFull = 80;

class InMemory final : public SimLedger {
 public:
  explicit InMemory(Chance& chance) {
    ledger_.inject_faults([this, &chance] {
      written_ = true;
      if (chance.strikes(Fault::CommitKept, kUnknown)) return ledger::CommitFault::UnknownKept;
      if (chance.strikes(Fault::CommitLost, kUnknown)) return ledger::CommitFault::UnknownLost;
      if (chance.strikes(Fault::DiskFull, kFull)) return ledger::CommitFault::DiskFull;
      return ledger::CommitFault::None;
    });
  }
  ledger::Ledger& ledger() override { return ledger_; }
  void restart() override { ledger_.restart(); }

 private:
  ledger::MemoryLedger ledger_;
};

class OnDisk final : public SimLedger, private ledger::Ledger {
 public:
  explicit OnDisk(Chance& chance) : chance_(chance) {
    std::filesystem::create_directories(folder());
    open();
  }

  ledger::Ledger& ledger() override { return *this; }
  void restart() override {
    const auto seed = static_cast<uint32_t>(chance_.between(1, 1'000'000));
    const std::filesystem::path before = folder();
    ++life_;
    std::filesystem::create_directories(folder());
    disk_.write_crash_image(folder(), seed);
    sqlite_.reset();
    std::filesystem::remove_all(before);
    open();
  }

 private:
  base::Result<void> write(Work work) override {
    written_ = true;
    const bool unknown = chance_.strikes(Fault::CommitKept, kUnknown) ||
                         chance_.strikes(Fault::CommitLost, kUnknown);
    const bool full = !unknown && chance_.strikes(Fault::DiskFull, kFull);
    disk_.fail_syncs(unknown);
    disk_.be_full(full);
    auto done = sqlite_->write(std::move(work));
    disk_.fail_syncs(false);
    disk_.be_full(false);
    return done;
  }
  void write_async(Work work, Done done) override { done(write(std::move(work))); }
  base::Result<void> read(Work work) override { return sqlite_->read(std::move(work)); }
  void on_fatal(std::function<void(std::string)> handler) override {
    sqlite_->on_fatal(std::move(handler));
  }

  std::filesystem::path folder() const { return directory_.path() / std::to_string(life_); }
  void open() {
    ledger::SqliteOptions options;
    options.readers = 1;
    options.vfs = testing::FaultyDisk::name();
    auto opened = ledger::SqliteLedger::open(folder() / "homeport.db", options);
    if (!opened) {
      std::cerr << "the database of the simulation cannot be opened: " << opened.error().message
                << " " << opened.error().cause << "\n";
      std::abort();
    }
    sqlite_ = std::move(opened).value();
    // The simulation sees the error at the write itself.
    sqlite_->on_fatal([](const std::string&) {});
  }

  Chance& chance_;
  testing::TemporaryDirectory directory_;
  int life_ = 0;
  testing::FaultyDisk disk_;
  std::unique_ptr<ledger::SqliteLedger> sqlite_;
};

}  // namespace

std::unique_ptr<SimLedger> make_memory_ledger(Chance& chance) {
  return std::make_unique<InMemory>(chance);
}

std::unique_ptr<SimLedger> make_sqlite_ledger(Chance& chance) {
  return std::make_unique<OnDisk>(chance);
}

}  // namespace homeport::sim
