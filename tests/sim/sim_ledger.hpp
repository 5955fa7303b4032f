#pragma once

#include <memory>
#include <utility>

#include "chance.hpp"
#include "ledger/ledger.hpp"

namespace homeport::sim {

/// A ledger whose commits fail by chance, and which a restarted server finds again as its disk has
/// it.
class SimLedger {
 public:
  virtual ~SimLedger() = default;
  virtual ledger::Ledger& ledger() = 0;
  /// The server and its memory are gone; what was on the disk stays.
  virtual void restart() = 0;
  /// Whether anything may have been committed since the last call.
  bool take_written() { return std::exchange(written_, false); }

 protected:
  bool written_ = true;
};

/// In memory: quick, and a commit of unknown outcome is kept or lost as chance will have it.
std::unique_ptr<SimLedger> make_memory_ledger(Chance& chance);

/// SQLite over a disk that loses and tears, at each restart, what was not synced: slow, so for a
/// share of the seeds.
std::unique_ptr<SimLedger> make_sqlite_ledger(Chance& chance);

}  // namespace homeport::sim
