#pragma once

#include <string>

#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::agent {

/// The data directory by an open descriptor, so that it stays in reach when its path is hidden.
/// Paths are absolute, as orders name them; below the data directory no link is followed. Others
/// are opened as they are.
class DataTree {
 public:
  DataTree() = default;
  /// NotFound, PermissionDenied.
  static base::Result<DataTree> open(const std::string& path);

  bool contains(const std::string& path) const;
  /// `path` relative to the data directory; only if contains(path).
  std::string relative(const std::string& path) const;
  base::Result<base::FileDescriptor> open_file(const std::string& path, int flags,
                                               unsigned mode = 0) const;
  /// Opened for use as a place (O_PATH); made with its parents where missing, if `make`.
  enum class Make { No, Yes };
  base::Result<base::FileDescriptor> open_directory(const std::string& path, Make make) const;
  int descriptor() const { return root_.get(); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  base::FileDescriptor root_;
};

/// "/proc/self/fd/N": what system calls that want a path take for an open file.
std::string path_of(const base::FileDescriptor& file);

/// Directories `path` (relative, plain names) below `directory`, made where missing. No link is
/// followed. The last one, opened with O_PATH.
base::Result<base::FileDescriptor> make_beneath(int directory, const std::string& path,
                                                unsigned mode = 0755);
/// openat2 with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS.
base::Result<base::FileDescriptor> open_beneath(int directory, const std::string& path, int flags,
                                                unsigned mode = 0);

}  // namespace homeport::agent
