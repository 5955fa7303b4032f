#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>

#include "base/text.hpp"
#include "objects/directory.hpp"
#include "objects/local_layout.hpp"
#include "objects/local_object_store.hpp"
#include "objects/names.hpp"
#include "objects/small_file.hpp"

namespace homeport::objects {

base::Result<ContainerInfo> LocalObjectStore::create_container(const ContainerName& name,
                                                               const Metadata& metadata) {
  HP_TRYV(check(name));
  const std::unique_lock lock(containers_mutex_);
  if (open_container(name).has_value()) {
    return base::already_exists("ContainerAlreadyExists",
                                "the container '" + name.container + "' exists already");
  }
  // Of a container of this name whose removal was cut short.
  discard_leftovers(name);
  ContainerInfo info;
  info.name = name.container;
  info.etag = make_etag();
  info.modified = clock_.wall();
  info.metadata = metadata;
  HP_TRYV(write_small_file(root_fd_.get(), name.account, layout::container_file(name),
                           render_container(info)));
  HP_TRY(const auto parent,
         make_directories(root_fd_.get(), name.account + "/blob", layout::kOwnDirectory));
  // This directory is the container: from here on it exists.
  HP_TRYV(make_directories(parent.get(), name.container, layout::kSharedDirectory));
  return info;
}

base::Result<void> LocalObjectStore::remove_container(const ContainerName& name,
                                                      const ContainerPrecondition& precondition) {
  HP_TRYV(check(name));
  const std::unique_lock lock(containers_mutex_);
  HP_TRY(const ContainerInfo current, describe_container(name));
  if (precondition) {
    HP_TRYV(precondition(current));
  }
  HP_TRY(const auto pending, open_pending(name.account));
  const std::string gone = base::random_hex(12) + std::string(layout::kRubbishSuffix);
  if (::renameat(root_fd_.get(), layout::tree(name).c_str(), pending.get(), gone.c_str()) != 0) {
    return base::system_error("cannot delete container '" + name.container + "'", errno);
  }
  HP_TRY(const auto parent,
         open_beneath(root_fd_.get(), name.account + "/blob", O_RDONLY | O_DIRECTORY));
  HP_TRYV(gate_.sync(parent));
  remove_tree(pending.get(), gone);
  discard_leftovers(name);
  return base::success();
}

void LocalObjectStore::discard_leftovers(const ContainerName& name) {
  for (const char* which : {"meta", "escaped", "blocks", "snapshots"}) {
    remove_tree(root_fd_.get(), layout::room(name, which));
  }
}

base::Result<ContainerInfo> LocalObjectStore::container(const ContainerName& name) {
  const std::shared_lock lock(containers_mutex_);
  return describe_container(name);
}

base::Result<ContainerInfo> LocalObjectStore::describe_container(const ContainerName& name) const {
  HP_TRY(const auto directory, open_container(name));
  const auto text = read_small_file(root_fd_.get(), layout::container_file(name));
  if (text.has_value()) {
    auto info = parse_container(text.value());
    if (info.has_value()) {
      info.value().name = name.container;
      return info;
    }
  }
  // Made by hand, with mkdir: good enough.
  HP_TRY(const auto status, status_of(directory));
  const ObjectInfo seen = describe(name.container, status, nullptr);
  ContainerInfo info;
  info.name = name.container;
  info.etag = seen.etag;
  info.modified = seen.modified;
  return info;
}

base::Result<ContainerInfo> LocalObjectStore::update_container(const ContainerName& name,
                                                               const ContainerChanges& changes) {
  HP_TRYV(check(name));
  const std::unique_lock lock(containers_mutex_);
  HP_TRY(ContainerInfo info, describe_container(name));
  if (changes.precondition) {
    HP_TRYV(changes.precondition(info));
  }
  if (changes.metadata) info.metadata = *changes.metadata;
  if (changes.policies) info.policies = *changes.policies;
  if (changes.quota_gib) info.quota_gib = *changes.quota_gib;
  if (changes.access_tier) info.access_tier = *changes.access_tier;
  info.etag = make_etag();
  info.modified = clock_.wall();
  HP_TRYV(write_small_file(root_fd_.get(), name.account, layout::container_file(name),
                           render_container(info)));
  return info;
}

std::vector<std::string> LocalObjectStore::container_names(const std::string& account) const {
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : read_directory(root_fd_.get(), account + "/blob")) {
    if (entry.kind == EntryKind::Directory && is_container_name(entry.name)) {
      names.push_back(entry.name);
    }
  }
  std::ranges::sort(names);
  return names;
}

base::Result<ContainerListing> LocalObjectStore::list_containers(const std::string& account,
                                                                 const ListQuery& query) {
  const std::shared_lock lock(containers_mutex_);
  ContainerListing listing;
  for (const std::string& name : container_names(account)) {
    if (name < query.start || !name.starts_with(query.prefix)) continue;
    if (listing.entries.size() == query.max) {
      listing.next = name;
      break;
    }
    auto info = describe_container({account, name});
    if (info.has_value()) listing.entries.push_back(std::move(info).value());
  }
  return listing;
}

}  // namespace homeport::objects
