#include "api/storage/blob_service.hpp"

#include <utility>

#include "api/storage/call.hpp"
#include "api/storage/conditions.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/operations.hpp"
#include "api/storage/resource.hpp"
#include "api/storage/sas.hpp"
#include "api/storage/shared_key.hpp"
#include "base/text.hpp"

namespace homeport::api::storage {
namespace {

constexpr const char* kDefaultVersion = "2021-12-02";

base::Result<Grant> authorize_bearer(const BlobServiceParts& parts, const Resource& resource,
                                     std::string_view token) {
  const base::Error wrong = failure(base::ErrorCode::Unauthenticated, "InvalidAuthenticationInfo",
                                    "the bearer token is not valid");
  if (!parts.bearer) return wrong;
  const auto principal = parts.bearer(token);
  if (principal.has_error()) return wrong;
  if (std::holds_alternative<security::Owner>(principal.value())) return Grant{};
  const auto* run = std::get_if<security::RunIdentity>(&principal.value());
  if (run != nullptr && parts.run_permissions) {
    std::string permissions = parts.run_permissions(*run, resource.account, resource.container);
    if (permissions == kAllPermissions) return Grant{};
    if (!permissions.empty()) return Grant{{}, std::move(permissions)};
  }
  return forbidden("AuthorizationFailure",
                   "this token's bearer may not use storage account '" + resource.account + "'");
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

// What a request asks for, once it is known that its sender may.
struct Asked {
  Resource resource;
  Grant grant;
  const Operation* operation = nullptr;
};

base::Result<Asked> examine(const BlobServiceParts& parts, const http::Request& request) {
  auto resource = parse_resource(request.target, request.host);
  if (!resource) return bad_request("InvalidUri", "the URL has a broken escape");
  HP_TRY(Grant grant, authorize(parts, request, *resource));
  HP_TRY(const Operation* operation, find_operation(request, *resource));
  HP_TRYV(check_permission(grant, *operation));
  return Asked{*std::move(resource), std::move(grant), operation};
}

Outcome answer(const BlobServiceParts& parts, const http::Request& request) {
  HP_TRY(const Asked asked, examine(parts, request));
  return asked.operation->run(Call{request, asked.resource, asked.grant, parts});
}

}  // namespace

base::Result<Grant> authorize(const BlobServiceParts& parts, const http::Request& request,
                              const Resource& resource) {
  const auto key = parts.keys.key(resource.account);
  if (key.has_error()) {
    if (key.error().code != base::ErrorCode::NotFound) return key.error();
    return base::not_found("ResourceNotFound",
                           "'" + resource.account + "' is no storage account of this Homeport");
  }
  const std::string_view authorization = request.headers.get("Authorization");
  const std::string scheme = base::to_lower(authorization.substr(0, authorization.find(' ')));
  const base::TimePoint now = parts.clock.wall();
  if (scheme == "sharedkey") {
    HP_TRYV(verify_shared_key(request, resource, authorization, key.value(), now));
    return Grant{};
  }
  if (scheme == "bearer") {
    return authorize_bearer(parts, resource, base::trim(authorization.substr(scheme.size())));
  }
  if (!authorization.empty()) {
    return forbidden("AuthenticationFailed",
                     "the scheme '" + scheme + "' is not known here: SharedKey, Bearer or a SAS");
  }
  if (has_sas(request)) {
    Grant grant{parse_sas(request)};
    HP_TRYV(verify_sas(*grant.sas, resource, request, key.value(), now));
    return grant;
  }
  return failure(base::ErrorCode::Unauthenticated, "NoAuthenticationInformation",
                 "this server has no public containers: sign with the account's key, or use a SAS "
                 "or a bearer token");
}

base::Result<objects::Precondition> write_condition(const Call& call) {
  HP_TRY(Conditions conditions, parse_conditions(call.request));
  const bool may_replace = call.grant.allows('w');
  return objects::Precondition([conditions = std::move(conditions), may_replace](
                                   const objects::ObjectInfo* current) -> base::Result<void> {
    if (current != nullptr && !may_replace) {
      return forbidden("UnauthorizedBlobOverwrite", "the SAS lets create, not replace");
    }
    return check_write(conditions, current);
  });
}

BlobService::BlobService(BlobServiceParts parts) : parts_(std::move(parts)) {}

BlobService::~BlobService() = default;

bool BlobService::is_account(std::string_view name) const {
  return parts_.keys.key(name).has_value();
}

bool BlobService::serves(const http::Request& request) const {
  const auto resource = parse_resource(request.target, request.host);
  return resource && is_account(resource->account);
}

http::Response BlobService::handle(const http::Request& request) const {
  auto outcome = answer(parts_, request);
  http::Response response =
      outcome.has_value() ? std::move(outcome).value() : failure_response(outcome.error());
  add_common_headers(response, request, parts_.clock.wall());
  return response;
}

std::optional<http::Response> BlobService::admit(const http::Request& request) const {
  const auto asked = examine(parts_, request);
  if (asked.has_value()) return std::nullopt;
  http::Response response = failure_response(asked.error());
  add_common_headers(response, request, parts_.clock.wall());
  return response;
}

base::Result<std::string> BlobService::issue_sas(const std::string& account,
                                                 const std::string& container,
                                                 const std::string& blob,
                                                 const std::string& permissions,
                                                 base::TimePoint expiry) const {
  HP_TRY(const security::Secret key, parts_.keys.key(account));
  return make_sas(account, container, blob, permissions, expiry, key);
}

}  // namespace homeport::api::storage
