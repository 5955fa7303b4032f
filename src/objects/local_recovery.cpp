#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <mutex>

#include "base/text.hpp"
#include "objects/directory.hpp"
#include "objects/local_layout.hpp"
#include "objects/local_object_store.hpp"
#include "objects/names.hpp"
#include "objects/small_file.hpp"

namespace homeport::objects {
namespace {

constexpr const char* kBootIdSource = "/proc/sys/kernel/random/boot_id";
constexpr const char* kBootIdFile = "boot_id";
constexpr const char* kPlaceFile = "place";

// Where the store lies: another text once its directory was copied or restored.
std::string place_of(const struct stat& root) {
  return fmt::format("{} {}\n", root.st_dev, root.st_ino);
}

// Whether a copy that keeps times, at least to the second, can have made `file` of the one that the
// sidecar speaks of.
bool can_be_copy(const Sidecar& sidecar, const struct stat& file) {
  if (sidecar.size != static_cast<uint64_t>(file.st_size)) return false;
  const int64_t time = to_nanoseconds(file.st_mtim);
  if (time == sidecar.mtime_ns) return true;
  return file.st_mtim.tv_nsec == 0 && file.st_mtim.tv_sec == sidecar.mtime_ns / 1'000'000'000;
}

}  // namespace

base::Result<std::unique_ptr<LocalObjectStore>> LocalObjectStore::open(
    const std::filesystem::path& root, const base::Clock& clock) {
  HP_TRYV(base::make_directory(root, layout::kOwnDirectory));
  // Absolute, since mounts are made by other processes.
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::canonical(root, error);
  if (error) return base::system_error("cannot resolve " + root.string(), error.value());
  base::FileDescriptor fd(::open(absolute.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return base::system_error("cannot open " + root.string(), errno);
  const auto probe = open_beneath(fd.get(), "", O_RDONLY | O_DIRECTORY);
  if (probe.has_error()) {
    return base::internal("the object store needs openat2 (Linux 5.6 or newer)",
                          probe.error().message);
  }
  std::unique_ptr<LocalObjectStore> store(new LocalObjectStore(absolute, std::move(fd), clock));
  HP_TRYV(store->forget_blocks_of_other_boots());
  for (const std::string& account : store->accounts()) store->recover(account);
  HP_TRYV(store->settle());
  store->collect_garbage();
  return store;
}

std::vector<std::string> LocalObjectStore::accounts() const {
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : read_directory(root_fd_.get(), "")) {
    if (entry.kind == EntryKind::Directory && is_account_name(entry.name)) {
      names.push_back(entry.name);
    }
  }
  return names;
}

void LocalObjectStore::recover(const std::string& account) {
  const auto pending = open_pending(account);
  if (pending.has_error()) return;
  for (const DirectoryEntry& entry : read_directory(pending.value().get(), "")) {
    if (entry.name.ends_with(layout::kIntentSuffix)) {
      finish_intent(account, pending.value(), entry.name);
    }
  }
  // After the sidecars that they change.
  for (const DirectoryEntry& entry : read_directory(pending.value().get(), "")) {
    if (entry.name.ends_with(layout::kEditSuffix)) {
      finish_edit(account, pending.value(), entry.name);
    }
  }
  drop_half_snapshots(account);
  for (const DirectoryEntry& entry : read_directory(pending.value().get(), "")) {
    remove_tree(pending.value().get(), entry.name);
  }
  // Rooms of containers whose removal was cut short are emptied when the name is used again; until
  // then they are unreachable.
}

// A sidecar that never reached its place: it belongs there if its bytes did.
void LocalObjectStore::finish_intent(const std::string& account,
                                     const base::FileDescriptor& pending, const std::string& name) {
  auto sidecar = read_sidecar(layout::pending(account) + "/" + name);
  if (!sidecar) return;
  const ObjectName object{account, sidecar->container, sidecar->name};
  auto found = look(object, Access::Look);
  if (found.has_error()) return;
  sidecar->ctime_ns = 0;
  if (!sidecar->matches(found.value().status)) return;
  const base::FileDescriptor file(
      ::openat(pending.get(), name.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.valid()) return;
  const auto ctime = write_ctime(file, to_nanoseconds(found.value().status.st_ctim));
  const SplitPath place = split_path(layout::sidecar(object));
  const auto parent = make_directories(root_fd_.get(), place.parent, layout::kOwnDirectory);
  if (ctime.has_error() || parent.has_error()) return;
  ::renameat(pending.get(), name.c_str(), parent.value().get(), place.leaf.c_str());
}

// A copy of the whole directory has other inodes and ctimes: without this every object would look
// as if someone had written to it through a mount.
base::Result<void> LocalObjectStore::settle() {
  HP_TRY(const auto status, status_of(root_fd_));
  const auto then = read_small_file(root_fd_.get(), kPlaceFile);
  if (then.has_value() && then.value() == place_of(status)) return base::success();
  if (then.has_value()) {
    for (const std::string& account : accounts()) {
      for (const std::string& container : container_names(account)) {
        HP_TRYV(adopt_copies({account, container}));
      }
    }
    if (::syncfs(root_fd_.get()) != 0) return base::system_error("cannot sync the objects", errno);
  }
  return base::write_file_durably(root_ / kPlaceFile, place_of(status), layout::kOwnFile);
}

base::Result<void> LocalObjectStore::adopt_copies(const ContainerName& name) {
  HP_TRY(const auto pending, open_pending(name.account));
  const std::string room = layout::room(name, "meta");
  for (const DirectoryEntry& shelf : read_directory(root_fd_.get(), room)) {
    if (shelf.kind != EntryKind::Directory) continue;
    for (const DirectoryEntry& entry : read_directory(root_fd_.get(), room + "/" + shelf.name)) {
      if (entry.name.ends_with(layout::kLeaseSuffix)) continue;
      auto sidecar = read_sidecar(room + "/" + shelf.name + "/" + entry.name);
      if (!sidecar) continue;
      const ObjectName object{name.account, name.container, sidecar->name};
      const auto found = look(object, Access::Look);
      if (found.has_error() || !can_be_copy(*sidecar, found.value().status)) continue;
      sidecar->identify(found.value().status);
      sidecar->ctime_ns = to_nanoseconds(found.value().status.st_ctim);
      HP_TRY(auto file, PendingFile::create(pending, layout::kDataSuffix, layout::kOwnFile));
      HP_TRYV(write_content(file.file(), Content::of(render_sidecar(*sidecar))));
      HP_TRYV(move_sidecar(object, file));
    }
  }
  return base::success();
}

// Staged blocks are not synced: after the machine went down they may be torn, so none is believed.
base::Result<void> LocalObjectStore::forget_blocks_of_other_boots() {
  HP_TRY(const std::string now, base::read_file(kBootIdSource));
  const auto then = read_small_file(root_fd_.get(), kBootIdFile);
  if (then.has_value() && then.value() == now) return base::success();
  for (const std::string& account : accounts()) {
    remove_tree(root_fd_.get(), account + "/blocks");
  }
  return base::write_file_durably(root_ / kBootIdFile, now, layout::kOwnFile);
}

void LocalObjectStore::collect_garbage() {
  const std::unique_lock lock(containers_mutex_);
  const auto oldest =
      clock_.wall() - std::chrono::duration_cast<base::Duration>(layout::kBlockLife);
  for (const std::string& account : accounts()) {
    const std::string top = account + "/blocks";
    for (const DirectoryEntry& container : read_directory(root_fd_.get(), top)) {
      const std::string room = top + "/" + container.name;
      for (const DirectoryEntry& upload : read_directory(root_fd_.get(), room)) {
        const std::string path = room + "/" + upload.name;
        struct stat status {};
        // A directory's mtime is when its last block came.
        if (::fstatat(root_fd_.get(), path.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (to_nanoseconds(status.st_mtim) / 1000 < oldest.time_since_epoch().count()) {
          remove_tree(root_fd_.get(), path);
        }
      }
    }
  }
}

}  // namespace homeport::objects
