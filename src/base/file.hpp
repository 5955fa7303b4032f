#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace homeport::base {

/// A file descriptor with one owner; closed at the end of its life. -1 means none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

/// Whole file as text. NotFound, PermissionDenied, or Internal.
Result<std::string> read_file(const std::filesystem::path& path);

/// Writes `content` under `path` so that after a crash it is there whole or not at all: temporary
/// file beside it with `mode`, fsync, rename, fsync of the folder. ResourceExhausted when the disk
/// is full.
Result<void> write_file_durably(const std::filesystem::path& path, std::string_view content,
                                unsigned mode = 0644);

/// fsync of a folder: what was made, renamed or removed in it is then on the disk.
Result<void> sync_directory(const std::filesystem::path& directory);

/// mkdir -p with `mode` for the last folder.
Result<void> make_directory(const std::filesystem::path& path, unsigned mode = 0755);

/// An append-only file whose writes and syncs can be made to fail in tests. One thread at a time.
class AppendFile {
 public:
  virtual ~AppendFile() = default;
  /// All of `bytes` at the end. On failure what was written is cut off again where possible.
  virtual Result<void> append(std::string_view bytes) = 0;
  /// fdatasync. After a failure the content on disk is unknown (design rule 11).
  virtual Result<void> sync() = 0;
  /// Empties the file; durable after the next sync().
  virtual Result<void> truncate() = 0;
};

/// Opens (makes) `path` for appending, mode 0600.
Result<std::unique_ptr<AppendFile>> open_append_file(const std::filesystem::path& path);

}  // namespace homeport::base
