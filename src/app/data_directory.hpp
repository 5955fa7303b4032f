#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace homeport::app {

/// What lies where under one data directory:
///
///   ledger.sqlite      the ledger                    secrets/     keys and the CA (0700)
///   objects/           accounts, containers, blobs   snapshots/   project zips (0700)
///   runs/WS/RUN/       a run's project and mounts    nodes/NODE/  a node's own folder and journal
///   environments/      built interpreters            python/      our package, unpacked
///   agent/HASH/        the agent's executable        run/         the agents' socket
///   log/server.log     the server's log              spool/       bodies being received
///   certificates/      the authorities that runs trust: the system's and ours
///   emulator/          the storage emulator's own account, containers, blobs
///   batchai/           our package `utilities`, unpacked, for programs of the Batch AI years
struct DataDirectory {
  std::filesystem::path root;

  std::filesystem::path ledger() const { return root / "ledger.sqlite"; }
  std::filesystem::path objects() const { return root / "objects"; }
  std::filesystem::path secrets() const { return root / "secrets"; }
  std::filesystem::path environments() const { return root / "environments"; }
  std::filesystem::path python() const { return root / "python"; }
  std::filesystem::path commands() const { return root / "commands"; }
  std::filesystem::path batchai() const { return root / "batchai"; }
  std::filesystem::path certificates() const { return root / "certificates"; }
  std::filesystem::path spool() const { return root / "spool"; }
  std::filesystem::path emulator() const { return root / "emulator"; }
  std::filesystem::path log() const { return root / "log"; }

  /// Makes what is missing. The caller holds the directory's lock.
  static base::Result<DataDirectory> prepare(const std::filesystem::path& root);
};

}  // namespace homeport::app
