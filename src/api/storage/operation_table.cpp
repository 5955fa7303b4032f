#include "api/storage/operation_table.hpp"

#include "api/storage/failure.hpp"

namespace homeport::api::storage {
namespace {

constexpr const char* kDefaultVersion = "2021-12-02";
constexpr const char* kOldestVersion = "2012-02-12";

}  // namespace

base::Error unknown_operation(const http::Request& request) {
  const auto comp = request.parameter("comp");
  if (comp && !comp->empty()) {
    return bad_request("InvalidQueryParameterValue",
                       "there is no " + request.method + " with comp=" + *comp + " here");
  }
  return bad_request("UnsupportedHttpVerb", request.method + " is not possible here");
}

base::Result<void> check_version(const http::Request& request) {
  const std::string version(request.headers.get("x-ms-version"));
  if (version.empty()) return base::success();
  const bool date = version.size() == 10 && base::parse_iso8601(version + "T00:00:00Z").has_value();
  if (date && version >= kOldestVersion) return base::success();
  return bad_request("InvalidHeaderValue", "x-ms-version is '" + version +
                                               "', not the date of a version from " +
                                               kOldestVersion + " on");
}

bool speaks(const http::Request& request, std::string_view version) {
  const std::string_view spoken = request.headers.get("x-ms-version");
  return (spoken.empty() ? std::string_view(kDefaultVersion) : spoken) >= version;
}

void add_common_headers(http::Response& response, const http::Request& request,
                        base::TimePoint now) {
  const std::string_view version = request.headers.get("x-ms-version");
  response.headers.set("x-ms-version", std::string(version.empty() ? kDefaultVersion : version));
  response.headers.set("x-ms-request-id", base::random_uuid());
  if (const std::string_view id = request.headers.get("x-ms-client-request-id"); !id.empty()) {
    response.headers.set("x-ms-client-request-id", std::string(id));
  }
  response.headers.set("Date", base::to_http_date(now));
}

}  // namespace homeport::api::storage
