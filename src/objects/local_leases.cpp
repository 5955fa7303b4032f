#include <unistd.h>

#include <mutex>

#include "objects/local_layout.hpp"
#include "objects/local_object_store.hpp"
#include "objects/record_json.hpp"
#include "objects/small_file.hpp"

namespace homeport::objects {

// A lease has a file of its own: it belongs to the name, whatever becomes of the bytes.
Lease LocalObjectStore::read_lease(const ObjectName& name) const {
  const auto text = read_small_file(root_fd_.get(), layout::lease(name));
  if (text.has_error()) return {};
  try {
    return lease_of(boost::json::parse(text.value()));
  } catch (const std::exception&) {
    return {};
  }
}

base::Result<ObjectInfo> LocalObjectStore::lease(const ObjectName& name, const LeaseStep& step,
                                                 const Precondition& precondition) {
  HP_TRYV(check(name));
  const std::shared_lock containers(containers_mutex_);
  const std::unique_lock lock(lock_of(name));
  HP_TRY(const auto found, look(name, Access::Look));
  ObjectInfo info = found.info(name.name);
  if (precondition) {
    HP_TRYV(precondition(&info));
  }
  HP_TRY(info.lease, step(info.lease));
  if (info.lease.id.empty()) {
    ::unlinkat(root_fd_.get(), layout::lease(name).c_str(), 0);
    return info;
  }
  HP_TRYV(write_small_file(root_fd_.get(), name.account, layout::lease(name),
                           boost::json::serialize(to_json(info.lease)) + "\n"));
  return info;
}

// What ran out or was broken ends with the next write: it cannot be renewed over others' bytes. One
// of an object that was not there is a leftover of one that a mount removed.
void LocalObjectStore::end_lease_if_over(const ObjectName& name, bool was_there) {
  const Lease lease = read_lease(name);
  if (lease.id.empty() || (was_there && is_locked(state_of(lease, clock_.wall())))) return;
  ::unlinkat(root_fd_.get(), layout::lease(name).c_str(), 0);
}

base::Result<ContainerInfo> LocalObjectStore::lease_container(
    const ContainerName& name, const LeaseStep& step, const ContainerPrecondition& precondition) {
  HP_TRYV(check(name));
  const std::unique_lock lock(containers_mutex_);
  HP_TRY(ContainerInfo info, describe_container(name));
  if (precondition) {
    HP_TRYV(precondition(info));
  }
  HP_TRY(info.lease, step(info.lease));
  HP_TRYV(write_small_file(root_fd_.get(), name.account, layout::container_file(name),
                           render_container(info)));
  return info;
}

}  // namespace homeport::objects
