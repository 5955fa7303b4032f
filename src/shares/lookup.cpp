#include "shares/lookup.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <optional>

#include "base/text.hpp"
#include "objects/beneath.hpp"
#include "objects/directory.hpp"
#include "objects/names.hpp"
#include "shares/path.hpp"

namespace homeport::shares {
namespace {

// The name in the directory that differs from `wanted` in case only.
std::optional<std::string> find_ignoring_case(const base::FileDescriptor& directory,
                                              const std::string& wanted) {
  const std::string folded = fold_case(wanted);
  std::optional<std::string> best;
  for (const objects::DirectoryEntry& entry : objects::read_directory(directory.get(), "")) {
    if (entry.kind == objects::EntryKind::Other || !base::is_utf8(entry.name)) continue;
    if (fold_case(entry.name) == folded && (!best || entry.name < *best)) best = entry.name;
  }
  return best;
}

std::optional<std::string> find_in(const base::FileDescriptor& directory, const std::string& name) {
  struct stat status {};
  if (::fstatat(directory.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) {
    return name;
  }
  return find_ignoring_case(directory, name);
}

base::Error no_parent(const std::string& path) {
  return base::not_found("ParentNotFound", "there is no directory '" + path + "'");
}

}  // namespace

base::Result<Place> locate(const base::FileDescriptor& top, const std::string& path) {
  if (path.empty()) return Place{"", "", true};
  const objects::SplitPath split = objects::split_path(path);
  // The usual case: the directory is there as it is written.
  auto directory = objects::open_beneath(top.get(), split.parent, O_RDONLY | O_DIRECTORY);
  std::string parent = split.parent;
  if (directory.has_error()) {
    parent.clear();
    directory = objects::open_beneath(top.get(), "", O_RDONLY | O_DIRECTORY);
    for (const std::string& segment : base::split(split.parent, '/')) {
      if (directory.has_error()) return no_parent(split.parent);
      const auto name = find_in(directory.value(), segment);
      if (!name) return no_parent(split.parent);
      directory = objects::open_beneath(directory.value().get(), *name, O_RDONLY | O_DIRECTORY);
      parent += (parent.empty() ? "" : "/") + *name;
    }
    if (directory.has_error()) return no_parent(split.parent);
  }
  const auto leaf = find_in(directory.value(), split.leaf);
  return Place{parent, leaf.value_or(split.leaf), leaf.has_value()};
}

}  // namespace homeport::shares
