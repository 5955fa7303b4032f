#include "agent/copy_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <memory>
#include <string>

namespace homeport::agent {
namespace {

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

/// The names in a directory; `directory` may be an O_PATH descriptor.
Directory open_list(int directory) {
  const int fd = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return {fd >= 0 ? ::fdopendir(fd) : nullptr,
          [](DIR* open) { return open ? ::closedir(open) : 0; }};
}

}  // namespace

base::Result<void> copy_file(int source, int target, const std::string& name, Overwrite overwrite) {
  HP_TRY(const base::FileDescriptor from, open_beneath(source, name, O_RDONLY | O_NONBLOCK));
  const int existing = overwrite == Overwrite::Yes ? O_TRUNC : O_EXCL;
  const base::FileDescriptor to(
      ::openat(target, name.c_str(),
               O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | existing, 0644));
  if (!to.valid() && errno == EEXIST && overwrite == Overwrite::No) return base::success();
  if (!to.valid()) return base::system_error("cannot write " + name, errno);
  while (true) {
    const ssize_t moved = ::sendfile(to.get(), from.get(), nullptr, 1 << 22);
    if (moved == 0) return base::success();
    if (moved < 0 && errno != EINTR) return base::system_error("cannot copy " + name, errno);
  }
}

base::Result<void> copy_tree(int source, int target, Overwrite overwrite) {
  const Directory list = open_list(source);
  if (!list) return base::system_error("cannot list a directory", errno);
  while (const dirent* item = ::readdir(list.get())) {
    const std::string name = item->d_name;
    struct stat status {};
    if (name == "." || name == ".." ||
        ::fstatat(source, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      continue;
    }
    if (S_ISDIR(status.st_mode)) {
      HP_TRY(const base::FileDescriptor from, open_beneath(source, name, O_PATH | O_DIRECTORY));
      HP_TRY(const base::FileDescriptor to, make_beneath(target, name));
      HP_TRYV(copy_tree(from.get(), to.get(), overwrite));
    } else if (S_ISREG(status.st_mode)) {
      HP_TRYV(copy_file(source, target, name, overwrite));
    }
  }
  return base::success();
}

base::Result<void> give_to_root(int directory) {
  const Directory list = open_list(directory);
  if (!list) return base::system_error("cannot list a directory", errno);
  const int self = ::dirfd(list.get());
  if (::fchown(self, 0, 0) != 0 || ::fchmod(self, 0755) != 0) {
    return base::system_error("cannot take a directory", errno);
  }
  while (const dirent* item = ::readdir(list.get())) {
    const std::string name = item->d_name;
    if (name == "." || name == "..") continue;
    const auto below = open_beneath(directory, name, O_PATH | O_DIRECTORY);
    if (below.has_value()) {
      HP_TRYV(give_to_root(below.value().get()));
    } else if (::fchownat(directory, name.c_str(), 0, 0, AT_SYMLINK_NOFOLLOW) != 0) {
      return base::system_error("cannot take " + name, errno);
    }
  }
  return base::success();
}

bool is_empty(int directory) {
  const Directory list = open_list(directory);
  int entries = 0;
  while (list && ::readdir(list.get()) != nullptr) ++entries;
  return entries <= 2;  // itself and its parent
}

void empty_directory(int directory) {
  const Directory list = open_list(directory);
  if (!list) return;
  while (const dirent* item = ::readdir(list.get())) {
    const std::string name = item->d_name;
    if (name == "." || name == "..") continue;
    if (::unlinkat(directory, name.c_str(), 0) == 0) continue;
    const auto below = open_beneath(directory, name, O_PATH | O_DIRECTORY);
    if (below.has_error()) continue;
    empty_directory(below.value().get());
    ::unlinkat(directory, name.c_str(), AT_REMOVEDIR);
  }
}

}  // namespace homeport::agent
