#include "objects/lease.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace homeport::objects {
namespace {

base::Error mismatch() {
  return base::conflict("LeaseIdMismatchWithLeaseOperation",
                        "the lease id is not that of the lease");
}

base::Error not_present() {
  return base::conflict("LeaseNotPresentWithLeaseOperation", "there is no lease");
}

bool same_id(const Lease& lease, const std::string& id) {
  return !lease.id.empty() && base::equals_ignoring_case(lease.id, id);
}

Lease started(const std::string& id, std::optional<std::chrono::seconds> duration,
              base::TimePoint now) {
  Lease lease;
  lease.id = id;
  lease.duration = duration;
  if (duration) lease.expires = now + *duration;
  return lease;
}

}  // namespace

LeaseState state_of(const Lease& lease, base::TimePoint now) {
  if (lease.id.empty()) return LeaseState::Available;
  if (lease.broken) return now < *lease.broken ? LeaseState::Breaking : LeaseState::Broken;
  if (lease.duration && now >= lease.expires) return LeaseState::Expired;
  return LeaseState::Leased;
}

bool is_locked(LeaseState state) {
  return state == LeaseState::Leased || state == LeaseState::Breaking;
}

base::Result<Lease> acquire(const Lease& current, const std::string& id,
                            std::optional<std::chrono::seconds> duration, base::TimePoint now) {
  const LeaseState state = state_of(current, now);
  if (state == LeaseState::Breaking && same_id(current, id)) {
    return base::conflict("LeaseIsBreakingAndCannotBeAcquired",
                          "the lease is being broken; acquire it when that has ended");
  }
  if (is_locked(state) && !same_id(current, id)) {
    return base::conflict("LeaseAlreadyPresent", "there is a lease already");
  }
  return started(id, duration, now);
}

base::Result<Lease> renew(const Lease& current, const std::string& id, base::TimePoint now) {
  if (!same_id(current, id)) return mismatch();
  if (current.broken) {
    return base::conflict("LeaseIsBrokenAndCannotBeRenewed",
                          "the lease was broken and cannot be renewed");
  }
  return started(current.id, current.duration, now);
}

base::Result<Lease> change(const Lease& current, const std::string& id, const std::string& proposed,
                           base::TimePoint now) {
  const LeaseState state = state_of(current, now);
  if (!is_locked(state)) return not_present();
  if (!same_id(current, id) && !same_id(current, proposed)) return mismatch();
  if (state == LeaseState::Breaking) {
    return base::conflict("LeaseIsBreakingAndCannotBeChanged",
                          "the lease is being broken and cannot be changed");
  }
  Lease changed = current;
  changed.id = proposed;
  return changed;
}

base::Result<Lease> release(const Lease& current, const std::string& id) {
  if (!same_id(current, id)) return mismatch();
  return Lease{};
}

base::Result<Lease> break_lease(const Lease& current, std::optional<std::chrono::seconds> period,
                                base::TimePoint now) {
  if (current.id.empty()) return not_present();
  Lease broken = current;
  base::TimePoint end = now;
  switch (state_of(current, now)) {
    case LeaseState::Breaking:
      end = period ? std::min(*current.broken, now + *period) : *current.broken;
      break;
    case LeaseState::Leased:
      if (current.duration) end = current.expires;
      if (period) end = current.duration ? std::min(end, now + *period) : now + *period;
      break;
    case LeaseState::Broken:
      return broken;
    case LeaseState::Available:
    case LeaseState::Expired:
      break;
  }
  broken.broken = end;
  return broken;
}

}  // namespace homeport::objects
