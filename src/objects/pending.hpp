#pragma once

#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::objects {

/// A half-made file under ACCOUNT/pending/, on the file system of the objects. Gone at the end of
/// its life unless it was moved into place. One thread at a time.
class PendingFile {
 public:
  /// `directory` is borrowed and must outlive this; `suffix` tells recovery what it is.
  static base::Result<PendingFile> create(const base::FileDescriptor& directory,
                                          std::string_view suffix, mode_t mode);
  /// Links an unlinked file of the same file system in instead of copying it. An error means only
  /// that it must be copied.
  static base::Result<PendingFile> adopt(const base::FileDescriptor& directory,
                                         std::string_view suffix, mode_t mode,
                                         const Content& content);

  /// One that an earlier life of the server left.
  static base::Result<PendingFile> take_up(const base::FileDescriptor& directory,
                                           const std::string& name);

  PendingFile(PendingFile&&) noexcept;
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile();

  const base::FileDescriptor& file() const { return file_; }
  /// renameat to `leaf` in `target`. The error is the caller's to judge: errno stays set.
  bool move_to(int target, const std::string& leaf);

 private:
  PendingFile(int directory, std::string name, base::FileDescriptor file)
      : directory_(directory), name_(std::move(name)), file_(std::move(file)) {}

  int directory_;
  std::string name_;  ///< empty once it was moved
  base::FileDescriptor file_;
};

}  // namespace homeport::objects
