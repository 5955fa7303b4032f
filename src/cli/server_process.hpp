#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"
#include "domain/workspace.hpp"

namespace homeport::cli {

/// What a server says about itself in DATA/homeport.json while it serves.
struct ServerRecord {
  std::string url;
  pid_t pid = 0;
  std::string version;
  domain::WorkspaceKey workspace;  ///< its default one
  std::filesystem::path python_path;
  std::string emulator_url{};  ///< of the storage emulator's account; "" where it is off
};

/// The claim of one server on its data directory: an flock on DATA/lock, with the pid in
/// DATA/homeport.pid. The kernel drops the lock with the process, so what a killed server left
/// behind never stands in the way.
class DataLock {
 public:
  /// Makes the directory (0700) where it is missing. Conflict, naming the pid, while another server
  /// has it.
  static base::Result<DataLock> take(const std::filesystem::path& data_directory);

  DataLock(DataLock&&) noexcept = default;
  DataLock& operator=(DataLock&&) noexcept = default;
  /// Removes homeport.pid and homeport.json, then lets go.
  ~DataLock();

 private:
  DataLock(std::filesystem::path data_directory, base::FileDescriptor file)
      : data_directory_(std::move(data_directory)), file_(std::move(file)) {}
  std::filesystem::path data_directory_;
  base::FileDescriptor file_;
};

/// The pid of the server that holds `data_directory` now; nullopt if none does. A pid file without
/// a held lock is what a killed server left, and counts for nothing.
std::optional<pid_t> serving_pid(const std::filesystem::path& data_directory);

base::Result<void> write_server_record(const std::filesystem::path& data_directory,
                                       const ServerRecord& record);
/// The record of the server that holds the directory; NotFound if none does or it is not ready.
base::Result<ServerRecord> read_server_record(const std::filesystem::path& data_directory);

/// SIGTERM, then waits until the data directory is free. NotFound if no server holds it,
/// PermissionDenied if it is someone else's, DeadlineExceeded naming the pid if it does not go.
base::Result<pid_t> stop_server(const std::filesystem::path& data_directory,
                                std::chrono::seconds patience);

}  // namespace homeport::cli
