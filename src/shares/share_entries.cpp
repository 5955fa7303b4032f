#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <mutex>

#include "base/text.hpp"
#include "objects/beneath.hpp"
#include "objects/directory.hpp"
#include "objects/names.hpp"
#include "objects/pending.hpp"
#include "shares/entry_status.hpp"
#include "shares/path.hpp"
#include "shares/share_layout.hpp"
#include "shares/share_store.hpp"

namespace homeport::shares {
namespace {

base::Error already_there(const EntryName& name) {
  return base::already_exists("ResourceAlreadyExists", "'" + name.path + "' is there already");
}

base::Error is_a_directory(const EntryName& name) {
  return base::conflict("ResourceTypeMismatch", "'" + name.path + "' is a directory here");
}

base::Result<void> check_new_name(const EntryName& name) {
  const std::string leaf = objects::split_path(name.path).leaf;
  if (!leaf.empty() && is_name_for_all_systems(leaf)) return base::success();
  base::Error error = base::invalid_argument(
      "path", "'" + leaf + "' cannot be the name of a new file: no \" \\ : | < > * ? in it");
  error.reason = "InvalidResourceName";
  return error;
}

// A file for `content` of its own, or one that the server received it in.
base::Result<objects::PendingFile> fill(const base::FileDescriptor& pending,
                                        const objects::Content& content, uint64_t size) {
  if (size == content.size) {
    auto adopted =
        objects::PendingFile::adopt(pending, layout::kDataSuffix, layout::kSharedFile, content);
    if (adopted.has_value()) return adopted;
  }
  HP_TRY(auto data,
         objects::PendingFile::create(pending, layout::kDataSuffix, layout::kSharedFile));
  HP_TRYV(objects::write_content(data.file(), content));
  if (size != content.size && ::ftruncate(data.file().get(), static_cast<off_t>(size)) != 0) {
    return base::system_error("cannot make a file of " + std::to_string(size) + " bytes", errno);
  }
  return data;
}

// What programs made in a mount that is no file for others, and so is in nobody's way.
void remove_hidden(int directory, const std::string& leaf) {
  const std::vector<objects::DirectoryEntry> entries = objects::read_directory(directory, leaf);
  const bool hidden = std::ranges::all_of(entries, [](const objects::DirectoryEntry& entry) {
    return entry.kind == objects::EntryKind::Other || !base::is_utf8(entry.name);
  });
  if (!hidden) return;
  for (const objects::DirectoryEntry& entry : entries) {
    objects::remove_tree(directory, leaf + "/" + entry.name);
  }
}

}  // namespace

base::Result<EntryInfo> ShareStore::create_directory(const EntryName& name,
                                                     const EntryChanges& changes) {
  HP_TRY(const auto share, open_share(name.share));
  if (name.path.empty()) return already_there(name);
  HP_TRYV(check_new_name(name));
  const std::unique_lock lock(names_of(name.share));
  Found made;
  made.kind = EntryKind::Directory;
  HP_TRY(made.place, locate(share, name.path));
  if (made.place.exists) return already_there(name);
  HP_TRYV(ask(changes.precondition, nullptr, share));
  HP_TRY(const auto parent,
         objects::open_beneath(share.get(), made.place.parent, O_RDONLY | O_DIRECTORY));
  if (::mkdirat(parent.get(), made.place.leaf.c_str(), layout::kSharedDirectory) != 0) {
    if (errno == EEXIST) return already_there(name);
    return base::system_error("cannot make the directory '" + name.path + "'", errno);
  }
  HP_TRY(made.file, objects::open_beneath(parent.get(), made.place.leaf, O_RDONLY | O_DIRECTORY));
  // mkdir's mode passed through the umask.
  if (::fchmod(made.file.get(), layout::kSharedDirectory) != 0) {
    return base::system_error("cannot open the directory '" + name.path + "' for all", errno);
  }
  HP_TRY(made.status, extended_status(made.file));
  HP_TRYV(apply(changes, name, made));
  HP_TRYV(gate_.sync(parent));
  return describe(made, share);
}

base::Result<EntryInfo> ShareStore::create_file(const EntryName& name,
                                                const objects::Content& content,
                                                const EntryChanges& changes) {
  HP_TRY(const auto share, open_share(name.share));
  if (name.path.empty()) return is_a_directory(name);
  HP_TRY(const auto pending,
         objects::make_directories(root_fd_.get(), layout::pending(name.share.account),
                                   layout::kOwnDirectory));
  HP_TRY(auto data, fill(pending, content, changes.size.value_or(content.size)));
  Found made;
  made.file = base::FileDescriptor(::fcntl(data.file().get(), F_DUPFD_CLOEXEC, 0));
  if (!made.file.valid()) return base::system_error("cannot keep a file open", errno);
  HP_TRY(made.status, extended_status(made.file));
  HP_TRYV(apply(changes, name, made));
  HP_TRYV(gate_.sync(made.file));
  base::FileDescriptor parent;
  {
    const std::unique_lock lock(names_of(name.share));
    HP_TRY(made.place, locate(share, name.path));
    uint64_t replaced = 0;
    if (made.place.exists) {
      HP_TRY(const auto current, look(name, share, EntryKind::File));
      HP_TRYV(ask(changes.precondition, &current, share));
      replaced = current.status.stx_ino;
    } else {
      HP_TRYV(check_new_name(name));
      HP_TRYV(ask(changes.precondition, nullptr, share));
    }
    HP_TRY(parent, objects::open_beneath(share.get(), made.place.parent, O_RDONLY | O_DIRECTORY));
    if (!data.move_to(parent.get(), made.place.leaf)) {
      return base::system_error("cannot put '" + name.path + "' in its place", errno);
    }
    if (replaced != 0) drop_card(name.share, replaced);
  }
  HP_TRYV(gate_.sync(parent));
  HP_TRY(made.status, extended_status(made.file));
  return describe(made, share);
}

base::Result<void> ShareStore::remove(const EntryName& name, EntryKind kind,
                                      const EntryPrecondition& precondition) {
  HP_TRY(const auto share, open_share(name.share));
  const std::unique_lock lock(names_of(name.share));
  HP_TRY(const auto found, look(name, share, kind));
  if (name.path.empty()) {
    return base::conflict("CannotDeleteFileOrDirectory", "the top of a share goes with the share");
  }
  HP_TRYV(ask(precondition, &found, share));
  HP_TRY(const auto parent,
         objects::open_beneath(share.get(), found.place.parent, O_RDONLY | O_DIRECTORY));
  const std::string& leaf = found.place.leaf;
  if (kind == EntryKind::Directory) remove_hidden(parent.get(), leaf);
  if (::unlinkat(parent.get(), leaf.c_str(), kind == EntryKind::Directory ? AT_REMOVEDIR : 0) !=
      0) {
    if (errno == ENOTEMPTY || errno == EEXIST) {
      return base::conflict("DirectoryNotEmpty", "the directory '" + name.path + "' is not empty");
    }
    return base::system_error("cannot delete '" + name.path + "'", errno);
  }
  HP_TRYV(gate_.sync(parent));
  drop_card(name.share, found.status.stx_ino);
  return base::success();
}

base::Result<EntryInfo> ShareStore::rename(const EntryName& from, const EntryName& to,
                                           EntryKind kind, Replace replace,
                                           const EntryChanges& changes) {
  HP_TRY(const auto share, open_share(from.share));
  HP_TRYV(check_new_name(to));
  const std::unique_lock lock(names_of(from.share));
  HP_TRY(auto found, look(from, share, kind));
  if (from.path.empty()) return base::conflict("ResourceTypeMismatch", "a share is not renamed");
  HP_TRYV(ask(changes.precondition, &found, share));
  HP_TRY(auto target, locate(share, to.path));
  uint64_t replaced = 0;
  if (target.exists) {
    HP_TRY(const auto current, look(to, share));
    const bool same = current.status.stx_ino == found.status.stx_ino;
    if (!same && replace == Replace::No) return already_there(to);
    if (!same && current.kind == EntryKind::Directory) return is_a_directory(to);
    if (!same) replaced = current.status.stx_ino;
    // Only the case of its name changes, then.
    if (same) target.leaf = objects::split_path(to.path).leaf;
  }
  HP_TRY(const auto source,
         objects::open_beneath(share.get(), found.place.parent, O_RDONLY | O_DIRECTORY));
  HP_TRY(const auto parent,
         objects::open_beneath(share.get(), target.parent, O_RDONLY | O_DIRECTORY));
  if (::renameat(source.get(), found.place.leaf.c_str(), parent.get(), target.leaf.c_str()) != 0) {
    if (errno == EINVAL || errno == ENOTDIR || errno == EISDIR) {
      return base::conflict("ResourceTypeMismatch",
                            "'" + from.path + "' cannot become '" + to.path + "'");
    }
    return base::system_error("cannot rename '" + from.path + "'", errno);
  }
  if (replaced != 0) drop_card(from.share, replaced);
  HP_TRYV(gate_.sync(parent));
  HP_TRYV(gate_.sync(source));
  target.exists = true;
  found.place = target;
  HP_TRYV(apply(changes, to, found));
  return describe(found, share);
}

}  // namespace homeport::shares
