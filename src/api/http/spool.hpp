#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::api::http {

/// A body that is too large for memory, in a temporary file without a name: it is gone with its
/// last descriptor, also after a crash. One thread at a time; every call may block.
class SpoolFile {
 public:
  /// ResourceExhausted when the disk is full, NotFound without the directory.
  static base::Result<SpoolFile> create(const std::filesystem::path& directory);

  base::Result<void> append(std::string_view bytes);
  /// The file, at its start.
  base::Result<std::shared_ptr<const base::FileDescriptor>> finish();

 private:
  explicit SpoolFile(base::FileDescriptor fd) : fd_(std::move(fd)) {}
  base::FileDescriptor fd_;
};

}  // namespace homeport::api::http
