#include <algorithm>

#include "api/storage/blob/call.hpp"
#include "api/storage/blob/conditions.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

using std::chrono::seconds;

// What the headers of Lease Blob and Lease Container ask for.
struct LeaseRequest {
  std::string action;
  std::string id;        ///< of x-ms-lease-id
  std::string proposed;  ///< of x-ms-proposed-lease-id; for acquire one is made up where it is none
  std::optional<seconds> duration{};
  std::optional<seconds> period{};
};

base::Error missing(const char* name) {
  return bad_request("MissingRequiredHeader", std::string(name) + " is missing");
}

bool is_uuid(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
    if (dash ? text[i] != '-' : !hex) return false;
  }
  return true;
}

base::Result<std::string> id_header(const http::Request& request, const char* name) {
  const std::string id(base::trim(request.headers.get(name)));
  if (id.empty() || is_uuid(id)) return id;
  return bad_request("InvalidHeaderValue", std::string(name) + " is no UUID");
}

base::Result<std::optional<seconds>> seconds_header(const http::Request& request, const char* name,
                                                    int64_t least, int64_t most) {
  const std::string_view text = request.headers.get(name);
  if (text.empty()) return std::optional<seconds>();
  const auto number = base::parse_integer(text);
  if (number && *number >= least && *number <= most) return std::optional(seconds(*number));
  return bad_request("InvalidHeaderValue", std::string(name) + " is a number of seconds from " +
                                               std::to_string(least) + " to " +
                                               std::to_string(most));
}

base::Result<LeaseRequest> parse_acquire(const http::Request& request, LeaseRequest asked) {
  if (asked.proposed.empty()) asked.proposed = base::random_uuid();
  const std::string_view duration = request.headers.get("x-ms-lease-duration");
  if (duration.empty()) return missing("x-ms-lease-duration");
  if (duration == "-1") return asked;
  HP_TRY(asked.duration, seconds_header(request, "x-ms-lease-duration", 15, 60));
  return asked;
}

base::Result<LeaseRequest> parse(const http::Request& request) {
  LeaseRequest asked;
  asked.action = base::to_lower(request.headers.get("x-ms-lease-action"));
  if (asked.action.empty()) return missing("x-ms-lease-action");
  HP_TRY(asked.id, id_header(request, "x-ms-lease-id"));
  HP_TRY(asked.proposed, id_header(request, "x-ms-proposed-lease-id"));
  if (asked.action == "acquire") return parse_acquire(request, std::move(asked));
  if (asked.action == "break") {
    HP_TRY(asked.period, seconds_header(request, "x-ms-lease-break-period", 0, 60));
    return asked;
  }
  const bool known =
      asked.action == "renew" || asked.action == "change" || asked.action == "release";
  if (!known) {
    return bad_request("InvalidHeaderValue",
                       "x-ms-lease-action is acquire, renew, change, release or break");
  }
  if (asked.id.empty()) return missing("x-ms-lease-id");
  if (asked.action == "change" && asked.proposed.empty()) return missing("x-ms-proposed-lease-id");
  return asked;
}

objects::LeaseStep step_of(const LeaseRequest& asked, base::TimePoint now) {
  return [&asked, now](const objects::Lease& current) -> base::Result<objects::Lease> {
    if (asked.action == "acquire") {
      return objects::acquire(current, asked.proposed, asked.duration, now);
    }
    if (asked.action == "renew") return objects::renew(current, asked.id, now);
    if (asked.action == "change") return objects::change(current, asked.id, asked.proposed, now);
    if (asked.action == "release") return objects::release(current, asked.id);
    return objects::break_lease(current, asked.period, now);
  };
}

http::Response lease_response(const LeaseRequest& asked, const objects::Lease& lease,
                              base::TimePoint now) {
  http::Response response;
  if (asked.action == "acquire") response.status = 201;
  if (asked.action == "break") {
    response.status = 202;
    const auto left = std::max(lease.broken.value_or(now) - now, base::Duration(0));
    const auto whole = std::chrono::ceil<seconds>(left).count();
    response.headers.set("x-ms-lease-time", std::to_string(whole));
  } else if (!lease.id.empty()) {
    response.headers.set("x-ms-lease-id", lease.id);
  }
  return response;
}

}  // namespace

Outcome lease_blob(const Call& call) {
  HP_TRY(const LeaseRequest asked, parse(call.request));
  HP_TRY(Conditions conditions, parse_conditions(call.request, call.now()));
  // The id is the operation's own subject, not a condition on it.
  conditions.lease_id.clear();
  conditions.lease_need = LeaseNeed::Optional;
  const auto precondition = [&](const objects::ObjectInfo* current) {
    return check_write(conditions, current);
  };
  HP_TRY(const auto info,
         call.store().lease(call.object(), step_of(asked, call.now()), precondition));
  http::Response response = lease_response(asked, info.lease, call.now());
  add_version_headers(response, info.etag, info.modified);
  return response;
}

Outcome lease_container(const Call& call) {
  HP_TRY(const LeaseRequest asked, parse(call.request));
  HP_TRY(const auto precondition, container_condition(call, LeaseNeed::Optional, LeaseId::Subject));
  HP_TRY(const auto info,
         call.store().lease_container(call.container(), step_of(asked, call.now()), precondition));
  http::Response response = lease_response(asked, info.lease, call.now());
  add_version_headers(response, info.etag, info.modified);
  return response;
}

}  // namespace homeport::api::storage::blob
