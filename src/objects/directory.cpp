#include "objects/directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <memory>

#include "base/text.hpp"
#include "objects/beneath.hpp"
#include "objects/names.hpp"

namespace homeport::objects {
namespace {

struct CloseDirectory {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

EntryKind kind_of(int directory, const struct dirent& entry) {
  if (entry.d_type == DT_DIR) return EntryKind::Directory;
  if (entry.d_type == DT_REG) return EntryKind::File;
  if (entry.d_type != DT_UNKNOWN) return EntryKind::Other;
  struct stat status {};
  if (::fstatat(directory, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return EntryKind::Other;
  }
  if (S_ISDIR(status.st_mode)) return EntryKind::Directory;
  return S_ISREG(status.st_mode) ? EntryKind::File : EntryKind::Other;
}

// Removes a file, or a directory after its subdirectories were moved up beside it: a tree that
// someone made very deep costs neither stack nor descriptors. Whether anything went.
bool remove_entry(int top, const DirectoryEntry& entry) {
  if (entry.kind != EntryKind::Directory) return ::unlinkat(top, entry.name.c_str(), 0) == 0;
  const auto opened = open_beneath(top, entry.name, O_RDONLY | O_DIRECTORY);
  if (opened.has_error()) return false;
  for (const DirectoryEntry& child : read_directory(opened.value().get(), "")) {
    if (child.kind == EntryKind::Directory) {
      const std::string name = base::random_hex(12);
      ::renameat(opened.value().get(), child.name.c_str(), top, name.c_str());
    } else {
      ::unlinkat(opened.value().get(), child.name.c_str(), 0);
    }
  }
  return ::unlinkat(top, entry.name.c_str(), AT_REMOVEDIR) == 0;
}

}  // namespace

std::vector<DirectoryEntry> read_directory(int directory, const std::string& path) {
  std::vector<DirectoryEntry> entries;
  auto opened = open_beneath(directory, path, O_RDONLY | O_DIRECTORY);
  if (opened.has_error()) return entries;
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(opened.value().get()));
  if (!stream) return entries;
  opened.value().release();
  while (const struct dirent* entry = ::readdir(stream.get())) {
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    const EntryKind kind = kind_of(::dirfd(stream.get()), *entry);
    entries.push_back({std::move(name), kind});
  }
  return entries;
}

void remove_tree(int directory, const std::string& path) {
  const SplitPath split = split_path(path);
  const auto parent = open_beneath(directory, split.parent, O_RDONLY | O_DIRECTORY);
  if (parent.has_error()) return;
  if (::unlinkat(parent.value().get(), split.leaf.c_str(), 0) == 0) return;
  const auto top = open_beneath(parent.value().get(), split.leaf, O_RDONLY | O_DIRECTORY);
  if (top.has_error()) return;
  bool progress = true;
  while (progress) {
    progress = false;
    for (const DirectoryEntry& entry : read_directory(top.value().get(), "")) {
      progress |= remove_entry(top.value().get(), entry);
    }
  }
  ::unlinkat(parent.value().get(), split.leaf.c_str(), AT_REMOVEDIR);
}

}  // namespace homeport::objects
