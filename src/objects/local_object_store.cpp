#include "objects/local_object_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <mutex>

#include "objects/local_layout.hpp"
#include "objects/names.hpp"
#include "objects/small_file.hpp"
#include "objects/sparse.hpp"

namespace homeport::objects {
namespace {

base::Error no_blob(const ObjectName& name) {
  return base::not_found(
      "BlobNotFound", "there is no blob '" + name.name + "' in container '" + name.container + "'");
}

// Whether a rename failed because of what stands at its target.
bool is_blocked(int number) {
  return number == EISDIR || number == ENOTDIR || number == ENOTEMPTY || number == EEXIST ||
         number == ENAMETOOLONG || number == EBUSY || number == ELOOP;
}

}  // namespace

LocalObjectStore::LocalObjectStore(std::filesystem::path root, base::FileDescriptor root_fd,
                                   const base::Clock& clock)
    : root_(std::move(root)), root_fd_(std::move(root_fd)), clock_(clock) {}

ObjectInfo LocalObjectStore::Found::info(const std::string& name) const {
  ObjectInfo info = describe(name, status, sidecar ? &*sidecar : nullptr);
  info.snapshot = snapshot;
  info.lease = lease;
  return info;
}

std::shared_mutex& LocalObjectStore::lock_of(const ObjectName& name) const {
  const size_t hash =
      std::hash<std::string>{}(name.account + "/" + name.container + "/" + name.name);
  return locks_[hash % kLocks];
}

base::Result<base::FileDescriptor> LocalObjectStore::open_container(
    const ContainerName& name) const {
  HP_TRYV(check(name));
  auto opened = open_beneath(root_fd_.get(), layout::tree(name), O_RDONLY | O_DIRECTORY);
  if (opened.has_error() && opened.error().code == base::ErrorCode::NotFound) {
    return base::not_found("ContainerNotFound", "there is no container '" + name.container +
                                                    "' in storage account '" + name.account + "'");
  }
  return opened;
}

base::Result<base::FileDescriptor> LocalObjectStore::open_pending(
    const std::string& account) const {
  return make_directories(root_fd_.get(), layout::pending(account), layout::kOwnDirectory);
}

std::optional<Sidecar> LocalObjectStore::read_sidecar(const std::string& path) const {
  const auto text = read_small_file(root_fd_.get(), path);
  if (text.has_error()) return std::nullopt;
  auto sidecar = parse_sidecar(text.value());
  if (sidecar.has_error()) return std::nullopt;
  return std::move(sidecar).value();
}

base::Result<LocalObjectStore::Found> LocalObjectStore::look(const ObjectName& name,
                                                             Access access) const {
  HP_TRYV(check(name));
  if (!name.snapshot.empty()) return look_at_snapshot(name, access);
  HP_TRY(const auto container, open_container(name.parent()));
  Found found;
  base::Result<base::FileDescriptor> file = no_blob(name);
  if (is_plain_path(name.name)) file = open_regular(container.get(), name.name, access);
  if (file.has_error() && file.error().code == base::ErrorCode::NotFound) {
    file = open_regular(root_fd_.get(), layout::escaped(name), access);
    found.escaped = true;
  }
  if (file.has_error()) {
    if (file.error().code == base::ErrorCode::NotFound) return no_blob(name);
    return file.error();
  }
  found.file = std::move(file).value();
  HP_TRY(found.status, status_of(found.file));
  found.sidecar = read_sidecar(layout::sidecar(name));
  // A name's hash alone is not trusted to be the name.
  if (found.sidecar &&
      (!found.sidecar->matches(found.status) || found.sidecar->name != name.name)) {
    found.sidecar.reset();
  }
  found.lease = read_lease(name);
  return found;
}

base::Result<ObjectInfo> LocalObjectStore::find(const ObjectName& name) {
  const std::shared_lock lock(lock_of(name));
  HP_TRY(const auto found, look(name, Access::Look));
  return found.info(name.name);
}

base::Result<OpenObject> LocalObjectStore::open(const ObjectName& name) {
  const std::shared_lock lock(lock_of(name));
  HP_TRY(auto found, look(name, Access::Read));
  OpenObject object;
  object.info = found.info(name.name);
  object.file = std::move(found.file);
  return object;
}

base::Result<PendingFile> LocalObjectStore::fill(const base::FileDescriptor& pending,
                                                 const Content& content, ObjectKind kind) {
  // What is changed in place must be no one else's, and keeps its holes.
  if (kind != ObjectKind::Block) {
    HP_TRY(auto data, PendingFile::create(pending, layout::kDataSuffix, layout::kSharedFile));
    const bool whole_file = content.file != nullptr && content.offset == 0;
    HP_TRYV(whole_file ? copy_sparse(data.file(), *content.file, content.size)
                       : write_content(data.file(), content));
    return data;
  }
  auto adopted = PendingFile::adopt(pending, layout::kDataSuffix, layout::kSharedFile, content);
  if (adopted.has_value()) return adopted;
  HP_TRY(auto data, PendingFile::create(pending, layout::kDataSuffix, layout::kSharedFile));
  HP_TRYV(write_content(data.file(), content));
  return data;
}

base::Result<ObjectInfo> LocalObjectStore::put(const ObjectName& name, const Content& content,
                                               const PutOptions& options) {
  HP_TRYV(check(name));
  HP_TRYV(open_container(name.parent()));
  HP_TRY(const auto pending, open_pending(name.account));
  HP_TRY(auto data, fill(pending, content, options.traits.kind));
  Sidecar sidecar;
  sidecar.properties = options.properties;
  sidecar.metadata = options.metadata;
  sidecar.traits = options.traits;
  if (options.traits.kind != ObjectKind::Block) {
    const bool grows = options.size > content.size;
    if (grows && ::ftruncate(data.file().get(), static_cast<off_t>(options.size)) != 0) {
      return base::system_error("cannot make an object of that size", errno);
    }
    return commit(name, pending, std::move(data), std::move(sidecar), options.precondition);
  }
  // The disk writes while the sum is made: for a large upload each takes seconds.
  ::sync_file_range(data.file().get(), 0, 0, SYNC_FILE_RANGE_WRITE);
  HP_TRY(const std::string md5, md5_of(content));
  HP_TRYV(check_md5(options.expected_md5, md5));
  if (sidecar.properties.md5.empty()) sidecar.properties.md5 = md5;
  return commit(name, pending, std::move(data), std::move(sidecar), options.precondition);
}

base::Result<ObjectInfo> LocalObjectStore::commit(const ObjectName& name,
                                                  const base::FileDescriptor& pending,
                                                  PendingFile data, Sidecar sidecar,
                                                  const Precondition& precondition) {
  HP_TRYV(gate_.sync(data.file()));
  HP_TRY(auto status, status_of(data.file()));
  sidecar.container = name.container;
  sidecar.name = name.name;
  sidecar.etag = make_etag();
  sidecar.created = sidecar.modified = clock_.wall();
  sidecar.identify(status);
  // The intent comes to the disk first: a crash after the bytes' rename can then be finished.
  HP_TRY(auto intent, PendingFile::create(pending, layout::kIntentSuffix, layout::kOwnFile));
  HP_TRYV(write_content(intent.file(), Content::of(render_sidecar(sidecar))));
  HP_TRYV(gate_.sync(intent.file()));

  base::FileDescriptor directory;
  {
    const std::shared_lock containers(containers_mutex_);
    const std::unique_lock lock(lock_of(name));
    bool was_there = false;
    HP_TRYV(ask(name, precondition, was_there));
    // Before the bytes move: a full disk must show itself while the old object still stands.
    HP_TRYV(make_directories(root_fd_.get(), split_path(layout::sidecar(name)).parent,
                             layout::kOwnDirectory));
    HP_TRY(directory, place(name, data));
    HP_TRY(status, status_of(data.file()));
    sidecar.ctime_ns = to_nanoseconds(status.st_ctim);
    HP_TRYV(write_ctime(intent.file(), sidecar.ctime_ns));
    HP_TRYV(move_sidecar(name, intent));
    drop_staged(name);
    end_lease_if_over(name, was_there);
  }
  HP_TRYV(gate_.sync(directory));
  return describe(name.name, status, &sidecar);
}

base::Result<void> LocalObjectStore::ask(const ObjectName& name, const Precondition& precondition,
                                         bool& was_there) const {
  const auto current = look(name, Access::Look);
  if (current.has_error() && current.error().code != base::ErrorCode::NotFound) {
    return current.error();
  }
  was_there = current.has_value();
  if (!precondition) return base::success();
  if (!was_there) return precondition(nullptr);
  const ObjectInfo info = current.value().info(name.name);
  return precondition(&info);
}

base::Result<base::FileDescriptor> LocalObjectStore::place(const ObjectName& name,
                                                           PendingFile& data) {
  const std::string escaped = layout::escaped(name);
  if (is_plain_path(name.name)) {
    HP_TRY(const auto container, open_container(name.parent()));
    const SplitPath path = split_path(name.name);
    // Someone's delete may take an emptied parent away between the two steps.
    for (int tries = 0; tries < 16; ++tries) {
      auto parent = make_directories(container.get(), path.parent, layout::kSharedDirectory);
      if (parent.has_error() && parent.error().code == base::ErrorCode::NotFound) continue;
      if (parent.has_error() && parent.error().code == base::ErrorCode::Conflict) break;
      if (parent.has_error()) return parent;
      if (data.move_to(parent.value().get(), path.leaf)) {
        ::unlinkat(root_fd_.get(), escaped.c_str(), 0);
        return parent;
      }
      if (is_blocked(errno)) break;
      if (errno != ENOENT) return base::system_error("cannot rename to '" + name.name + "'", errno);
    }
  }
  const SplitPath path = split_path(escaped);
  HP_TRY(auto parent, make_directories(root_fd_.get(), path.parent, layout::kOwnDirectory));
  if (!data.move_to(parent.get(), path.leaf)) {
    return base::system_error("cannot rename to " + escaped, errno);
  }
  return parent;
}

base::Result<void> LocalObjectStore::move_sidecar(const ObjectName& name, PendingFile& intent) {
  const SplitPath path = split_path(layout::sidecar(name));
  HP_TRY(const auto parent, make_directories(root_fd_.get(), path.parent, layout::kOwnDirectory));
  if (!intent.move_to(parent.get(), path.leaf)) {
    return base::system_error("cannot keep the metadata of '" + name.name + "'", errno);
  }
  return base::success();
}

base::Result<std::filesystem::path> LocalObjectStore::local_path(const ContainerName& name,
                                                                 const std::string& path,
                                                                 Make make) {
  HP_TRY(const auto container, open_container(name));
  const std::filesystem::path base = root_ / layout::tree(name);
  std::string relative = path;
  while (!relative.empty() && relative.back() == '/') relative.pop_back();
  while (!relative.empty() && relative.front() == '/') relative.erase(0, 1);
  if (relative.empty()) return base;
  if (!is_plain_path(relative)) {
    return base::invalid_argument("path", "'" + path + "' cannot be a path on a disk");
  }
  if (make == Make::Directories) {
    HP_TRYV(make_directories(container.get(), relative, layout::kSharedDirectory));
  } else {
    HP_TRYV(open_beneath(container.get(), relative, O_PATH));
  }
  return base / relative;
}

}  // namespace homeport::objects
