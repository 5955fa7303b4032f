#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "ledger/ledger.hpp"
#include "ledger/memory/tables.hpp"

namespace homeport::ledger {

/// How the next commit of a MemoryLedger ends, for tests and the simulator.
enum class CommitFault {
  None,
  DiskFull,     ///< ResourceExhausted; nothing kept
  UnknownLost,  ///< Unavailable, on_fatal, later writes refused; nothing kept
  UnknownKept,  ///< the same to the caller, but what was written is there
};

/// A Ledger that lives and dies with its process, for tests and the simulator. A write runs on the
/// calling thread, before write() or write_async() returns, and so does its `done`. Has no threads
/// of its own; any thread may call it.
class MemoryLedger final : public Ledger {
 public:
  MemoryLedger() = default;

  base::Result<void> write(Work work) override;
  void write_async(Work work, Done done) override;
  base::Result<void> read(Work work) override;
  void on_fatal(std::function<void(std::string)> handler) override;

  /// Asked once per commit how it shall end. Set before the first write.
  void inject_faults(std::function<CommitFault()> next_fault);
  /// What a restart does after an unknown outcome: writes are taken again.
  void restart();

 private:
  base::Result<void> run_and_commit(const Work& work);

  std::mutex mutex_;  ///< guards everything below
  memory::Tables tables_;
  std::function<CommitFault()> next_fault_;
  std::function<void(std::string)> fatal_handler_;
  bool stopped_ = false;
};

}  // namespace homeport::ledger
