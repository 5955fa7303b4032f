#include "shares/share_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <mutex>

#include "objects/beneath.hpp"
#include "objects/names.hpp"
#include "objects/sidecar.hpp"
#include "objects/small_file.hpp"
#include "shares/entry_status.hpp"
#include "shares/share_layout.hpp"

namespace homeport::shares {
namespace {

base::Error no_entry(const EntryName& name) {
  return base::not_found("ResourceNotFound", "there is no '" + name.path + "' in the share '" +
                                                 name.share.container + "'");
}

std::string default_attributes(EntryKind kind) {
  return kind == EntryKind::Directory ? "Directory" : "Archive";
}

uint64_t to_bits(const struct statx_timestamp& time) {
  return static_cast<uint64_t>(time.tv_sec * 1'000'000'000 + time.tv_nsec);
}

}  // namespace

ShareStore::ShareStore(std::filesystem::path root, base::FileDescriptor root_fd,
                       const base::Clock& clock)
    : root_(std::move(root)), root_fd_(std::move(root_fd)), clock_(clock) {}

base::Result<std::unique_ptr<ShareStore>> ShareStore::open(const std::filesystem::path& root,
                                                           const base::Clock& clock) {
  base::FileDescriptor fd(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return base::system_error("cannot open " + root.string(), errno);
  std::unique_ptr<ShareStore> store(new ShareStore(root, std::move(fd), clock));
  HP_TRYV(store->adopt_copies());
  return store;
}

std::shared_mutex& ShareStore::names_of(const objects::ContainerName& share) const {
  return names_[std::hash<std::string>{}(share.account + "/" + share.container) % kLocks];
}

base::Result<base::FileDescriptor> ShareStore::open_share(
    const objects::ContainerName& share) const {
  HP_TRYV(objects::check(share));
  auto opened = objects::open_beneath(root_fd_.get(), layout::tree(share), O_RDONLY | O_DIRECTORY);
  if (opened.has_error() && opened.error().code == base::ErrorCode::NotFound) {
    return base::not_found("ContainerNotFound", "there is no share '" + share.container + "'");
  }
  return opened;
}

std::optional<Card> ShareStore::read_card(const objects::ContainerName& share,
                                          const struct statx& status) const {
  const auto text = objects::read_small_file(root_fd_.get(), layout::card(share, status.stx_ino));
  if (text.has_error()) return std::nullopt;
  auto card = parse_card(text.value());
  // An inode's number comes back with another file.
  if (card.has_error() || !card.value().speaks_of(status)) return std::nullopt;
  return std::move(card).value();
}

base::Result<void> ShareStore::write_card(const objects::ContainerName& share, const Card& card) {
  return objects::write_small_file(root_fd_.get(), share.account, layout::card(share, card.inode),
                                   render_card(card));
}

void ShareStore::drop_card(const objects::ContainerName& share, uint64_t inode) {
  ::unlinkat(root_fd_.get(), layout::card(share, inode).c_str(), 0);
}

base::Result<ShareStore::Found> ShareStore::look(const EntryName& name,
                                                 const base::FileDescriptor& share) const {
  Found found;
  HP_TRY(found.place, locate(share, name.path));
  if (!found.place.exists) return no_entry(name);
  auto directory = objects::open_beneath(share.get(), found.place.path(), O_PATH | O_DIRECTORY);
  if (directory.has_value()) {
    found.kind = EntryKind::Directory;
    found.file = std::move(directory).value();
  } else {
    auto file = objects::open_regular(share.get(), found.place.path(), objects::Access::Look);
    if (file.has_error() && file.error().code == base::ErrorCode::NotFound) return no_entry(name);
    HP_TRY(found.file, std::move(file));
  }
  HP_TRY(found.status, extended_status(found.file));
  found.card = read_card(name.share, found.status);
  return found;
}

base::Result<ShareStore::Found> ShareStore::look(const EntryName& name,
                                                 const base::FileDescriptor& share,
                                                 EntryKind kind) const {
  HP_TRY(auto found, look(name, share));
  if (found.kind == kind) return found;
  return base::conflict(
      "ResourceTypeMismatch",
      "'" + name.path + "' is a " + (kind == EntryKind::File ? "directory" : "file") + " here");
}

base::Result<EntryInfo> ShareStore::describe(const Found& found,
                                             const base::FileDescriptor& share) const {
  const struct statx& status = found.status;
  const bool directory = found.kind == EntryKind::Directory;
  EntryInfo info;
  info.path = found.place.path();
  info.kind = found.kind;
  info.size = directory ? 0 : status.stx_size;
  info.id = status.stx_ino;
  info.created = time_of_birth(status);
  info.written = to_time_point(status.stx_mtime);
  info.changed = to_time_point(status.stx_ctime);
  // What comes and goes in a directory does not change it.
  info.modified = directory ? info.created : info.changed;
  info.attributes = default_attributes(found.kind);
  std::string card_etag;
  if (found.card) {
    const Card& card = *found.card;
    card_etag = card.etag;
    info.modified = std::max(info.modified, card.modified);
    info.created = card.created.value_or(info.created);
    if (!card.attributes.empty()) info.attributes = card.attributes;
    info.permission_key = card.permission_key;
    info.properties = card.properties;
    info.metadata = card.metadata;
    info.copy = card.copy;
  }
  info.etag = directory ? objects::make_etag({status.stx_ino, to_bits(status.stx_btime)}, card_etag)
                        : objects::make_etag({status.stx_ino, status.stx_size,
                                              to_bits(status.stx_mtime), to_bits(status.stx_ctime)},
                                             card_etag);
  if (info.properties.type.empty()) info.properties.type = "application/octet-stream";
  if (!info.path.empty()) {
    HP_TRY(const auto parent,
           objects::open_beneath(share.get(), found.place.parent, O_PATH | O_DIRECTORY));
    HP_TRY(const auto parent_status, objects::status_of(parent));
    info.parent_id = parent_status.st_ino;
  }
  return info;
}

base::Result<void> ShareStore::ask(const EntryPrecondition& precondition, const Found* current,
                                   const base::FileDescriptor& share) const {
  if (!precondition) return base::success();
  if (current == nullptr) return precondition(nullptr);
  HP_TRY(const EntryInfo info, describe(*current, share));
  return precondition(&info);
}

base::Result<EntryInfo> ShareStore::find(const EntryName& name, EntryKind kind) {
  HP_TRY(const auto share, open_share(name.share));
  HP_TRY(const auto found, look(name, share, kind));
  return describe(found, share);
}

base::Result<OpenEntry> ShareStore::open_file(const EntryName& name) {
  HP_TRY(const auto share, open_share(name.share));
  HP_TRY(auto found, look(name, share, EntryKind::File));
  auto file = objects::open_regular(share.get(), found.place.path(), objects::Access::Read);
  if (file.has_error() && file.error().code == base::ErrorCode::NotFound) return no_entry(name);
  HP_TRY(found.file, std::move(file));
  // It may be another one by now.
  HP_TRY(found.status, extended_status(found.file));
  found.card = read_card(name.share, found.status);
  OpenEntry entry;
  HP_TRY(entry.info, describe(found, share));
  entry.file = std::move(found.file);
  return entry;
}

// The card's part of a change, and the time of the last write. `found.file` may be one that has no
// name yet.
base::Result<void> ShareStore::apply(const EntryChanges& changes, const EntryName& name,
                                     Found& found) {
  Card card = found.card.value_or(Card{});
  if (changes.properties) card.properties = *changes.properties;
  if (changes.metadata) card.metadata = *changes.metadata;
  if (changes.attributes) card.attributes = *changes.attributes;
  if (changes.permission_key) card.permission_key = *changes.permission_key;
  if (changes.created) card.created = *changes.created;
  if (changes.copy) card.copy = *changes.copy;
  if (found.card || !card.says_nothing()) {
    card.path = name.path;
    card.identify(found.status);
    card.etag = objects::make_etag();
    card.modified = clock_.wall();
    HP_TRYV(write_card(name.share, card));
    found.card = std::move(card);
  }
  if (changes.written) {
    const int64_t count = changes.written->time_since_epoch().count();
    const int64_t seconds = count >= 0 ? count / 1'000'000 : (count - 999'999) / 1'000'000;
    const timespec times[2] = {{0, UTIME_OMIT}, {seconds, (count - seconds * 1'000'000) * 1000}};
    const std::string path = "/proc/self/fd/" + std::to_string(found.file.get());
    if (::utimensat(AT_FDCWD, path.c_str(), times, 0) != 0) {
      return base::system_error("cannot set the time of '" + name.path + "'", errno);
    }
  }
  HP_TRY(found.status, extended_status(found.file));
  return base::success();
}

base::Result<EntryInfo> ShareStore::update(const EntryName& name, EntryKind kind,
                                           const EntryChanges& changes) {
  HP_TRY(const auto share, open_share(name.share));
  const std::unique_lock lock(names_of(name.share));
  HP_TRY(auto found, look(name, share, kind));
  HP_TRYV(ask(changes.precondition, &found, share));
  if (changes.size) {
    HP_TRY(const auto file, open_to_write(name, share, found));
    if (::ftruncate(file.get(), static_cast<off_t>(*changes.size)) != 0) {
      return base::system_error("cannot resize '" + name.path + "'", errno);
    }
    HP_TRYV(gate_.sync(file));
  }
  HP_TRYV(apply(changes, name, found));
  return describe(found, share);
}

}  // namespace homeport::shares
