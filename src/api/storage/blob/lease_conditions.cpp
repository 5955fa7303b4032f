#include "api/storage/blob/lease_conditions.hpp"

#include "api/storage/failure.hpp"
#include "api/storage/xml.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

base::Error refused(const char* reason, const char* message) {
  return failure(base::ErrorCode::PreconditionFailed, reason, message);
}

}  // namespace

base::Result<void> check_lease(const objects::Lease& lease, std::string_view id,
                               base::TimePoint now, LeaseOf what, LeaseNeed need) {
  const bool locked = objects::is_locked(objects::state_of(lease, now));
  if (id.empty()) {
    if (!locked || need == LeaseNeed::Optional) return base::success();
    return refused("LeaseIdMissing", "there is a lease: name its id in x-ms-lease-id");
  }
  const bool blob = what == LeaseOf::Blob;
  if (lease.id.empty()) {
    return refused(
        blob ? "LeaseNotPresentWithBlobOperation" : "LeaseNotPresentWithContainerOperation",
        "x-ms-lease-id is given, and there is no lease");
  }
  if (!base::equals_ignoring_case(lease.id, id)) {
    return refused(
        blob ? "LeaseIdMismatchWithBlobOperation" : "LeaseIdMismatchWithContainerOperation",
        "x-ms-lease-id is not the id of the lease");
  }
  if (!locked) return refused("LeaseLost", "the lease has ended");
  return base::success();
}

const char* to_string(objects::LeaseState state) {
  switch (state) {
    case objects::LeaseState::Available:
      return "available";
    case objects::LeaseState::Leased:
      return "leased";
    case objects::LeaseState::Expired:
      return "expired";
    case objects::LeaseState::Breaking:
      return "breaking";
    case objects::LeaseState::Broken:
      return "broken";
  }
  return "available";
}

const char* lease_status(objects::LeaseState state) {
  return objects::is_locked(state) ? "locked" : "unlocked";
}

const char* lease_duration(const objects::Lease& lease, base::TimePoint now) {
  if (objects::state_of(lease, now) != objects::LeaseState::Leased) return "";
  return lease.duration ? "fixed" : "infinite";
}

void add_lease_headers(http::Response& response, const objects::Lease& lease, base::TimePoint now) {
  const objects::LeaseState state = objects::state_of(lease, now);
  response.headers.set("x-ms-lease-status", lease_status(state));
  response.headers.set("x-ms-lease-state", to_string(state));
  const std::string duration = lease_duration(lease, now);
  if (!duration.empty()) response.headers.set("x-ms-lease-duration", duration);
}

std::string render_lease(const objects::Lease& lease, base::TimePoint now) {
  const objects::LeaseState state = objects::state_of(lease, now);
  std::string text =
      xml_element("LeaseStatus", lease_status(state)) + xml_element("LeaseState", to_string(state));
  const std::string duration = lease_duration(lease, now);
  if (!duration.empty()) text += xml_element("LeaseDuration", duration);
  return text;
}

}  // namespace homeport::api::storage::blob
