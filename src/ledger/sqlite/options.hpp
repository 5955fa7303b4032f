#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace homeport::ledger {

/// How a SqliteLedger works; the defaults are for one server on one machine.
struct SqliteOptions {
  size_t readers = 4;                         ///< reads that run at once; more wait
  size_t writes_per_commit = 1024;            ///< at most
  std::chrono::milliseconds commit_time{20};  ///< running writes longer than this starts no more
  size_t waiting_writes = 65536;              ///< beyond this a write is refused
  int log_pages = 4000;                       ///< of the write-ahead log, before a checkpoint
  std::chrono::milliseconds read_patience{30'000};  ///< for a free reader
  std::string vfs;  ///< name of the SQLite VFS; empty: the default (tests inject faults here)
};

}  // namespace homeport::ledger
