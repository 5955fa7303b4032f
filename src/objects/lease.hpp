#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace homeport::objects {

/// Who alone may write to an object, or delete a container, until it ends. Whoever holds one names
/// its id; who checks that is the dialect.
struct Lease {
  std::string id{};                                ///< "" = there is none
  std::optional<std::chrono::seconds> duration{};  ///< none: until it is released or broken
  base::TimePoint expires{};                       ///< of one with a duration
  std::optional<base::TimePoint> broken{};         ///< when it ends, once someone broke it
  bool operator==(const Lease&) const = default;
};

enum class LeaseState { Available, Leased, Expired, Breaking, Broken };

LeaseState state_of(const Lease& lease, base::TimePoint now);
/// Whether others are kept out.
bool is_locked(LeaseState state);

/// The five steps that a lease can take. Each gives what the lease is afterwards, or Conflict with
/// the service's reason ("LeaseAlreadyPresent", "LeaseIdMismatchWithLeaseOperation", …). Ids
/// compare without case.
base::Result<Lease> acquire(const Lease& current, const std::string& id,
                            std::optional<std::chrono::seconds> duration, base::TimePoint now);
base::Result<Lease> renew(const Lease& current, const std::string& id, base::TimePoint now);
base::Result<Lease> change(const Lease& current, const std::string& id, const std::string& proposed,
                           base::TimePoint now);
base::Result<Lease> release(const Lease& current, const std::string& id);
/// Ends within `period`, or sooner where it would have expired. Without a period: when it expires;
/// one without a duration at once.
base::Result<Lease> break_lease(const Lease& current, std::optional<std::chrono::seconds> period,
                                base::TimePoint now);

}  // namespace homeport::objects
