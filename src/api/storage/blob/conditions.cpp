#include "api/storage/blob/conditions.hpp"

#include <algorithm>
#include <chrono>

#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

base::Error not_met() {
  return failure(base::ErrorCode::PreconditionFailed, "ConditionNotMet",
                 "a condition of the request's headers does not hold");
}

// Whether `header` ("*", or ETags with or without quotes, separated by commas) names `etag`.
bool names(const std::string& header, const std::string& etag) {
  return std::ranges::any_of(base::split(header, ','), [&](const std::string& part) {
    std::string_view text = base::trim(part);
    if (text.starts_with("W/")) text.remove_prefix(2);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
      text = text.substr(1, text.size() - 2);
    }
    return text == "*" || text == etag;
  });
}

base::Result<std::optional<base::TimePoint>> date(const http::Request& request, const char* name) {
  const std::string_view text = request.headers.get(name);
  if (text.empty()) return std::optional<base::TimePoint>();
  const auto time = parse_http_date(text);
  if (!time) return bad_request("InvalidHeaderValue", std::string(name) + " is no RFC 1123 date");
  return time;
}

// Dates in headers have whole seconds, so the object's is cut to them.
base::TimePoint shown(base::TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

}  // namespace

base::Result<Conditions> parse_conditions(const http::Request& request, base::TimePoint now) {
  Conditions conditions;
  conditions.lease_id = base::trim(request.headers.get("x-ms-lease-id"));
  conditions.now = now;
  conditions.if_match = request.headers.get("If-Match");
  conditions.if_none_match = request.headers.get("If-None-Match");
  HP_TRY(conditions.if_modified_since, date(request, "If-Modified-Since"));
  HP_TRY(conditions.if_unmodified_since, date(request, "If-Unmodified-Since"));
  return conditions;
}

base::Result<void> check_source(const http::Request& request, const std::string& etag,
                                base::TimePoint modified) {
  const std::string if_match(request.headers.get("x-ms-source-if-match"));
  const std::string if_none_match(request.headers.get("x-ms-source-if-none-match"));
  HP_TRY(const auto since, date(request, "x-ms-source-if-modified-since"));
  HP_TRY(const auto until, date(request, "x-ms-source-if-unmodified-since"));
  const bool met = (if_match.empty() || names(if_match, etag)) &&
                   (if_none_match.empty() || !names(if_none_match, etag)) &&
                   (!since || shown(modified) > *since) && (!until || shown(modified) <= *until);
  if (met) return base::success();
  return failure(base::ErrorCode::PreconditionFailed, "SourceConditionNotMet",
                 "a condition on the copy's source does not hold");
}

base::Result<void> check_write(const Conditions& conditions, const objects::ObjectInfo* current) {
  if (current == nullptr) {
    if (!conditions.if_match.empty()) return not_met();
    return check_lease({}, conditions.lease_id, conditions.now, LeaseOf::Blob,
                       conditions.lease_need);
  }
  if (!conditions.if_match.empty() && !names(conditions.if_match, current->etag)) return not_met();
  if (!conditions.if_none_match.empty() && names(conditions.if_none_match, current->etag)) {
    if (base::trim(conditions.if_none_match) != "*") return not_met();
    return base::already_exists("BlobAlreadyExists", "the blob exists already");
  }
  const base::TimePoint modified = shown(current->modified);
  if (conditions.if_modified_since && modified <= *conditions.if_modified_since) return not_met();
  if (conditions.if_unmodified_since && modified > *conditions.if_unmodified_since) {
    return not_met();
  }
  return check_lease(current->lease, conditions.lease_id, conditions.now, LeaseOf::Blob,
                     conditions.lease_need);
}

base::Result<void> check_container(const Conditions& conditions,
                                   const objects::ContainerInfo& current) {
  const base::TimePoint modified = shown(current.modified);
  if (conditions.if_modified_since && modified <= *conditions.if_modified_since) return not_met();
  if (conditions.if_unmodified_since && modified > *conditions.if_unmodified_since) {
    return not_met();
  }
  return check_lease(current.lease, conditions.lease_id, conditions.now, LeaseOf::Container,
                     conditions.lease_need);
}

base::Result<ReadVerdict> check_read(const Conditions& conditions,
                                     const objects::ObjectInfo& current) {
  HP_TRYV(check_lease(current.lease, conditions.lease_id, conditions.now, LeaseOf::Blob,
                      LeaseNeed::Optional));
  const base::TimePoint modified = shown(current.modified);
  if (!conditions.if_match.empty() && !names(conditions.if_match, current.etag)) return not_met();
  if (conditions.if_unmodified_since && modified > *conditions.if_unmodified_since) {
    return not_met();
  }
  // RFC 7232 §3.3: If-None-Match, where given, overrides the date.
  if (!conditions.if_none_match.empty()) {
    return names(conditions.if_none_match, current.etag) ? ReadVerdict::NotModified
                                                         : ReadVerdict::Send;
  }
  if (conditions.if_modified_since && modified <= *conditions.if_modified_since) {
    return ReadVerdict::NotModified;
  }
  return ReadVerdict::Send;
}

}  // namespace homeport::api::storage::blob
