#include <fcntl.h>
#include <unistd.h>

#include <mutex>

#include "base/text.hpp"
#include "objects/directory.hpp"
#include "objects/local_layout.hpp"
#include "objects/local_object_store.hpp"
#include "objects/names.hpp"

namespace homeport::objects {
namespace {

constexpr const char* kBootIdSource = "/proc/sys/kernel/random/boot_id";
constexpr const char* kBootIdFile = "boot_id";

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

// Staged blocks are not synced: after the machine went down they may be torn, so none is believed.
base::Result<void> LocalObjectStore::forget_blocks_of_other_boots() {
  HP_TRY(const std::string now, base::read_file(kBootIdSource));
  const auto then = read_small_file(kBootIdFile);
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
