#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>

#include "objects/local_layout.hpp"
#include "objects/local_object_store.hpp"
#include "objects/names.hpp"

namespace homeport::objects {
namespace {

uint64_t next_number(uint64_t current, const SequenceStep& step) {
  switch (step.action) {
    case SequenceStep::Action::Max:
      return std::max(current, step.value);
    case SequenceStep::Action::Update:
      return step.value;
    case SequenceStep::Action::Increment:
      return current + 1;
  }
  return current;
}

void apply(const ObjectChanges& changes, base::TimePoint now, Sidecar& sidecar) {
  if (changes.access_tier) {
    sidecar.traits.access_tier = *changes.access_tier;
    sidecar.traits.tier_changed = now;
  }
  const bool another = changes.properties || changes.metadata || changes.sequence || changes.sealed;
  if (!another) return;
  sidecar.etag = make_etag();
  sidecar.modified = now;
  if (changes.properties) sidecar.properties = *changes.properties;
  if (changes.metadata) sidecar.metadata = *changes.metadata;
  if (changes.sealed) sidecar.traits.sealed = *changes.sealed;
  if (changes.sequence) {
    sidecar.traits.sequence_number = next_number(sidecar.traits.sequence_number, *changes.sequence);
  }
}

}  // namespace

base::Result<ObjectInfo> LocalObjectStore::update(const ObjectName& name,
                                                  const ObjectChanges& changes) {
  const std::shared_lock containers(containers_mutex_);
  const std::unique_lock lock(lock_of(name));
  HP_TRY(auto found, look(name, Access::Look));
  const ObjectInfo before = found.info(name.name);
  if (changes.precondition) {
    HP_TRYV(changes.precondition(&before));
  }
  Sidecar sidecar = found.sidecar.value_or(Sidecar{});
  sidecar.container = name.container;
  sidecar.name = name.name;
  sidecar.identify(found.status);
  sidecar.ctime_ns = to_nanoseconds(found.status.st_ctim);
  sidecar.etag = before.etag;
  sidecar.created = before.created;
  sidecar.modified = before.modified;
  apply(changes, clock_.wall(), sidecar);
  HP_TRY(const auto pending, open_pending(name.account));
  HP_TRY(auto intent, PendingFile::create(pending, layout::kIntentSuffix, layout::kOwnFile));
  HP_TRYV(write_content(intent.file(), Content::of(render_sidecar(sidecar))));
  HP_TRYV(gate_.sync(intent.file()));
  HP_TRYV(move_sidecar(name, intent));
  end_lease_if_over(name, true);
  ObjectInfo info = describe(name.name, found.status, &sidecar);
  info.lease = before.lease;
  return info;
}

base::Result<void> LocalObjectStore::remove(const ObjectName& name, const RemoveOptions& options) {
  HP_TRYV(check(name));
  const std::shared_lock containers(containers_mutex_);
  const std::unique_lock lock(lock_of(name));
  if (!name.snapshot.empty()) return remove_snapshot(name, options.precondition);
  HP_TRY(const auto found, look(name, Access::Look));
  const ObjectInfo info = found.info(name.name);
  if (options.precondition) {
    HP_TRYV(options.precondition(&info));
  }
  const auto snapshots = snapshot_ids(name);
  if (!snapshots.empty() && options.snapshots == Snapshots::Refuse) {
    return base::conflict("SnapshotsPresent",
                          "the blob has snapshots: say what becomes of them "
                          "(x-ms-delete-snapshots: include or only)");
  }
  HP_TRYV(discard_snapshots(name, snapshots));
  if (options.snapshots == Snapshots::Only) return base::success();
  HP_TRYV(remove_file(name, found));
  ::unlinkat(root_fd_.get(), layout::sidecar(name).c_str(), 0);
  ::unlinkat(root_fd_.get(), layout::lease(name).c_str(), 0);
  drop_staged(name);
  return base::success();
}

base::Result<void> LocalObjectStore::remove_file(const ObjectName& name, const Found& found) {
  const std::string escaped = layout::escaped(name);
  if (!found.escaped) {
    HP_TRY(const auto container, open_container(name.parent()));
    const SplitPath path = split_path(name.name);
    HP_TRY(const auto parent, open_beneath(container.get(), path.parent, O_RDONLY | O_DIRECTORY));
    if (::unlinkat(parent.get(), path.leaf.c_str(), 0) != 0) {
      return base::system_error("cannot delete '" + name.name + "'", errno);
    }
    HP_TRYV(gate_.sync(parent));
    remove_empty_parents(container, path.parent);
  }
  if (::unlinkat(root_fd_.get(), escaped.c_str(), 0) != 0 && errno != ENOENT) {
    return base::system_error("cannot delete '" + name.name + "'", errno);
  }
  if (!found.escaped) return base::success();
  HP_TRY(const auto parent,
         open_beneath(root_fd_.get(), split_path(escaped).parent, O_RDONLY | O_DIRECTORY));
  return gate_.sync(parent);
}

// Blobs have no directories: one that its last blob left would stand in the way of a blob of its
// own name.
void LocalObjectStore::remove_empty_parents(const base::FileDescriptor& container,
                                            std::string path) const {
  while (!path.empty()) {
    const SplitPath split = split_path(path);
    const auto parent = open_beneath(container.get(), split.parent, O_RDONLY | O_DIRECTORY);
    if (parent.has_error()) return;
    if (::unlinkat(parent.value().get(), split.leaf.c_str(), AT_REMOVEDIR) != 0) return;
    path = split.parent;
  }
}

}  // namespace homeport::objects
