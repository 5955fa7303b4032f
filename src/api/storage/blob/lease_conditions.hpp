#pragma once

#include <string_view>

#include "api/http/message.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "objects/lease.hpp"

namespace homeport::api::storage::blob {

enum class LeaseOf { Blob, Container };
/// Whether an operation must name the lease where there is one, or only the right one if any.
enum class LeaseNeed { Required, Optional };

/// `id` is that of x-ms-lease-id, "" = not given. PreconditionFailed "LeaseIdMissing", "LeaseLost",
/// "LeaseNotPresentWith…Operation", "LeaseIdMismatchWith…Operation".
base::Result<void> check_lease(const objects::Lease& lease, std::string_view id,
                               base::TimePoint now, LeaseOf what, LeaseNeed need);

/// "leased", and so on.
const char* to_string(objects::LeaseState state);
/// "locked" or "unlocked".
const char* lease_status(objects::LeaseState state);
/// "infinite" or "fixed"; "" where nobody holds it.
const char* lease_duration(const objects::Lease& lease, base::TimePoint now);

void add_lease_headers(http::Response& response, const objects::Lease& lease, base::TimePoint now);
/// The same for a listing.
std::string render_lease(const objects::Lease& lease, base::TimePoint now);

}  // namespace homeport::api::storage::blob
