#include "objects/pending.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/text.hpp"
#include "objects/beneath.hpp"

namespace homeport::objects {

base::Result<PendingFile> PendingFile::create(const base::FileDescriptor& directory,
                                              std::string_view suffix, mode_t mode) {
  std::string name = base::random_hex(12) + std::string(suffix);
  base::FileDescriptor file(
      ::openat(directory.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file.valid()) return base::system_error("cannot make a temporary file", errno);
  PendingFile pending(directory.get(), std::move(name), std::move(file));
  if (::fchmod(pending.file_.get(), mode) != 0) {
    return base::system_error("cannot set the mode of a temporary file", errno);
  }
  return pending;
}

base::Result<PendingFile> PendingFile::adopt(const base::FileDescriptor& directory,
                                             std::string_view suffix, mode_t mode,
                                             const Content& content) {
  const base::Error no = base::conflict("MustCopy", "this file cannot be linked");
  if (content.file == nullptr || content.offset != 0) return no;
  HP_TRY(const auto status, status_of(*content.file));
  const bool whole = static_cast<uint64_t>(status.st_size) == content.size;
  // Only a file without any other name is ours to take.
  if (!whole || status.st_nlink != 0 || !S_ISREG(status.st_mode)) return no;
  std::string name = base::random_hex(12) + std::string(suffix);
  const std::string source = fmt::format("/proc/self/fd/{}", content.file->get());
  if (::linkat(AT_FDCWD, source.c_str(), directory.get(), name.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    return no;
  }
  PendingFile pending(
      directory.get(), name,
      base::FileDescriptor(::openat(directory.get(), name.c_str(), O_RDONLY | O_CLOEXEC)));
  if (!pending.file_.valid() || ::fchmod(pending.file_.get(), mode) != 0) return no;
  return pending;
}

base::Result<PendingFile> PendingFile::take_up(const base::FileDescriptor& directory,
                                               const std::string& name) {
  base::FileDescriptor file(
      ::openat(directory.get(), name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file.valid()) return base::system_error("cannot open " + name, errno);
  return PendingFile(directory.get(), name, std::move(file));
}

PendingFile::PendingFile(PendingFile&& other) noexcept
    : directory_(other.directory_),
      name_(std::exchange(other.name_, {})),
      file_(std::move(other.file_)) {}

PendingFile::~PendingFile() {
  if (!name_.empty()) ::unlinkat(directory_, name_.c_str(), 0);
}

bool PendingFile::move_to(int target, const std::string& leaf) {
  if (::renameat(directory_, name_.c_str(), target, leaf.c_str()) != 0) return false;
  name_.clear();
  return true;
}

}  // namespace homeport::objects
