#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>

#include "objects/directory.hpp"
#include "objects/local_layout.hpp"
#include "objects/local_object_store.hpp"
#include "objects/small_file.hpp"
#include "objects/sparse.hpp"

namespace homeport::objects {
namespace {

constexpr int kTries = 4;

// A time in the seven decimals of the service; `after` that of the newest snapshot, if any.
std::string snapshot_id(base::TimePoint now, const std::vector<std::string>& taken) {
  while (true) {
    std::string text = base::to_iso8601(now);
    text.insert(text.size() - 1, "0");
    if (taken.empty() || text > taken.back()) return text;
    now += base::Duration(1);
    if (const auto last = base::parse_iso8601(taken.back()); last.has_value()) {
      now = std::max(now, last.value() + base::Duration(1));
    }
  }
}

}  // namespace

std::vector<std::string> LocalObjectStore::snapshot_ids(const ObjectName& name) const {
  std::vector<std::string> ids;
  for (const DirectoryEntry& entry : read_directory(root_fd_.get(), layout::snapshots(name))) {
    if (!entry.name.ends_with(layout::kIntentSuffix)) continue;
    std::string id = entry.name.substr(0, entry.name.size() - layout::kIntentSuffix.size());
    if (is_snapshot_id(id)) ids.push_back(std::move(id));
  }
  std::ranges::sort(ids);
  return ids;
}

base::Result<LocalObjectStore::Found> LocalObjectStore::look_at_snapshot(const ObjectName& name,
                                                                         Access access) const {
  const base::Error none = base::not_found(
      "BlobNotFound", "there is no snapshot " + name.snapshot + " of blob '" + name.name + "'");
  HP_TRYV(open_container(name.parent()));
  Found found;
  found.sidecar = read_sidecar(layout::snapshot_sidecar(name));
  if (!found.sidecar || found.sidecar->name != name.name) return none;
  auto file = open_regular(root_fd_.get(), layout::snapshot(name), access);
  if (file.has_error()) return none;
  found.file = std::move(file).value();
  HP_TRY(found.status, status_of(found.file));
  found.snapshot = name.snapshot;
  return found;
}

base::Result<ObjectInfo> LocalObjectStore::snapshot(const ObjectName& name,
                                                    const SnapshotOptions& options) {
  HP_TRYV(check(name));
  HP_TRY(const auto pending, open_pending(name.account));
  for (int tries = 0; tries < kTries; ++tries) {
    HP_TRY(auto data, PendingFile::create(pending, layout::kDataSuffix, layout::kOwnFile));
    ObjectInfo source;
    Sidecar sidecar;
    {
      const std::shared_lock lock(lock_of(name));
      HP_TRY(const auto found, look(name, Access::Read));
      source = found.info(name.name);
      if (options.precondition) {
        HP_TRYV(options.precondition(&source));
      }
      sidecar = found.sidecar.value_or(Sidecar{});
      HP_TRYV(copy_sparse(data.file(), found.file, source.size));
    }
    sidecar.etag = source.etag;
    sidecar.created = source.created;
    sidecar.modified = source.modified;
    if (options.metadata) {
      sidecar.metadata = *options.metadata;
      sidecar.etag = make_etag();
      sidecar.modified = clock_.wall();
    }
    HP_TRYV(gate_.sync(data.file()));
    HP_TRY(auto kept, keep_snapshot(name, source.etag, options, pending, data, sidecar));
    if (kept) return *std::move(kept);
  }
  return base::Error{base::ErrorCode::Unavailable,
                     "the blob changes faster than it can be copied; try again",
                     {},
                     {},
                     {}};
}

// Gives nothing where the object is another one by now.
base::Result<std::optional<ObjectInfo>> LocalObjectStore::keep_snapshot(
    const ObjectName& name, const std::string& source_etag, const SnapshotOptions& options,
    const base::FileDescriptor& pending, PendingFile& data, Sidecar& sidecar) {
  HP_TRY(const auto status, status_of(data.file()));
  sidecar.container = name.container;
  sidecar.name = name.name;
  sidecar.identify(status);
  sidecar.ctime_ns = 0;
  HP_TRY(auto intent, PendingFile::create(pending, layout::kDataSuffix, layout::kOwnFile));
  HP_TRYV(write_content(intent.file(), Content::of(render_sidecar(sidecar))));
  HP_TRYV(gate_.sync(intent.file()));
  const std::shared_lock containers(containers_mutex_);
  const std::unique_lock lock(lock_of(name));
  HP_TRY(const auto current, look(name, Access::Look));
  const ObjectInfo now = current.info(name.name);
  if (now.etag != source_etag) return std::optional<ObjectInfo>();
  if (options.precondition) {
    HP_TRYV(options.precondition(&now));
  }
  HP_TRY(const auto directory,
         make_directories(root_fd_.get(), layout::snapshots(name), layout::kOwnDirectory));
  const std::string id = snapshot_id(clock_.wall(), snapshot_ids(name));
  if (!data.move_to(directory.get(), id) ||
      !intent.move_to(directory.get(), id + std::string(layout::kIntentSuffix))) {
    return base::system_error("cannot keep a snapshot of '" + name.name + "'", errno);
  }
  HP_TRYV(gate_.sync(directory));
  ObjectInfo info = describe(name.name, status, &sidecar);
  info.snapshot = id;
  return std::optional<ObjectInfo>(std::move(info));
}

base::Result<void> LocalObjectStore::remove_snapshot(const ObjectName& name,
                                                     const Precondition& precondition) {
  HP_TRY(const auto found, look_at_snapshot(name, Access::Look));
  const ObjectInfo info = found.info(name.name);
  if (precondition) {
    HP_TRYV(precondition(&info));
  }
  return discard_snapshots(name, {name.snapshot});
}

// The sidecar goes first: without it the bytes are nothing.
base::Result<void> LocalObjectStore::discard_snapshots(const ObjectName& name,
                                                       const std::vector<std::string>& ids) {
  if (ids.empty()) return base::success();
  HP_TRY(const auto directory,
         open_beneath(root_fd_.get(), layout::snapshots(name), O_RDONLY | O_DIRECTORY));
  for (const std::string& id : ids) {
    const std::string sidecar = id + std::string(layout::kIntentSuffix);
    if (::unlinkat(directory.get(), sidecar.c_str(), 0) != 0 && errno != ENOENT) {
      return base::system_error("cannot delete a snapshot of '" + name.name + "'", errno);
    }
  }
  HP_TRYV(gate_.sync(directory));
  for (const std::string& id : ids) ::unlinkat(directory.get(), id.c_str(), 0);
  ::unlinkat(root_fd_.get(), layout::snapshots(name).c_str(), AT_REMOVEDIR);
  return base::success();
}

// Bytes whose sidecar never came, or went first.
void LocalObjectStore::drop_half_snapshots(const std::string& account) {
  const std::string top = account + "/snapshots";
  for (const DirectoryEntry& container : read_directory(root_fd_.get(), top)) {
    const std::string room = top + "/" + container.name;
    for (const DirectoryEntry& object : read_directory(root_fd_.get(), room)) {
      const std::string place = room + "/" + object.name;
      for (const DirectoryEntry& entry : read_directory(root_fd_.get(), place)) {
        if (entry.name.ends_with(layout::kIntentSuffix)) continue;
        const std::string data = place + "/" + entry.name;
        const std::string sidecar = data + std::string(layout::kIntentSuffix);
        if (::faccessat(root_fd_.get(), sidecar.c_str(), F_OK, 0) == 0) continue;
        ::unlinkat(root_fd_.get(), data.c_str(), 0);
      }
      ::unlinkat(root_fd_.get(), place.c_str(), AT_REMOVEDIR);
    }
  }
}

}  // namespace homeport::objects
