#include "api/storage/authorization.hpp"

#include <algorithm>

#include "api/storage/failure.hpp"
#include "api/storage/shared_key.hpp"
#include "base/text.hpp"

namespace homeport::api::storage {
namespace {

base::Result<Grant> authorize_bearer(const Access& access, const Resource& resource,
                                     std::string_view token) {
  const base::Error wrong = failure(base::ErrorCode::Unauthenticated, "InvalidAuthenticationInfo",
                                    "the bearer token is not valid");
  if (!access.bearer) return wrong;
  const auto principal = access.bearer(token);
  if (principal.has_error()) return wrong;
  if (std::holds_alternative<security::Owner>(principal.value())) {
    return Grant{{}, {}, principal.value()};
  }
  const auto* run = std::get_if<security::RunIdentity>(&principal.value());
  if (run != nullptr && access.run_permissions) {
    std::string permissions = access.run_permissions(*run, resource);
    if (permissions == kAllPermissions) return Grant{{}, {}, *run};
    if (!permissions.empty()) return Grant{{}, std::move(permissions), *run};
  }
  return forbidden("AuthorizationFailure",
                   "this token's bearer may not use storage account '" + resource.account + "'");
}

base::Result<Grant> authorize_sas(const Access& access, const StoredPolicies& policies,
                                  const http::Request& request, const Resource& resource,
                                  const security::Secret& key) {
  Sas sas = parse_sas(request);
  HP_TRYV(verify_sas_signature(sas, resource, key));
  const char service = resource.service == Service::Blob ? 'b' : 'f';
  if (sas.of_account() && sas.services.find(service) == std::string::npos) {
    return forbidden("AuthorizationServiceMismatch",
                     "the SAS (ss=" + sas.services + ") is not for this service");
  }
  if (!sas.identifier.empty()) {
    HP_TRY(const auto stored, policies(resource));
    const auto found = std::ranges::find(stored, sas.identifier, &objects::StoredPolicy::id);
    if (found == stored.end()) {
      return forbidden("AuthenticationFailed",
                       "there is no stored access policy '" + sas.identifier + "'");
    }
    HP_TRYV(complete_by_policy(sas, *found));
  }
  HP_TRYV(check_sas_validity(sas, request, access.clock.wall()));
  return Grant{std::move(sas), {}, security::StorageAccount{resource.account}};
}

char letter_of(Level level) {
  if (level == Level::Account) return 's';
  return level == Level::Container ? 'c' : 'o';
}

}  // namespace

base::Result<Grant> authorize(const Access& access, const StoredPolicies& policies,
                              const http::Request& request, const Resource& resource) {
  const auto key = access.keys.key(resource.account);
  if (key.has_error()) {
    if (key.error().code != base::ErrorCode::NotFound) return key.error();
    return base::not_found("ResourceNotFound",
                           "'" + resource.account + "' is no storage account of this Homeport");
  }
  const std::string_view authorization = request.headers.get("Authorization");
  const std::string scheme = base::to_lower(authorization.substr(0, authorization.find(' ')));
  if (scheme == "sharedkey") {
    HP_TRYV(verify_shared_key(request, resource, authorization, key.value(), access.clock.wall()));
    return Grant{{}, {}, security::StorageAccount{resource.account}};
  }
  if (scheme == "bearer") {
    return authorize_bearer(access, resource, base::trim(authorization.substr(scheme.size())));
  }
  if (!authorization.empty()) {
    return forbidden("AuthenticationFailed",
                     "the scheme '" + scheme + "' is not known here: SharedKey, Bearer or a SAS");
  }
  if (has_sas(request)) return authorize_sas(access, policies, request, resource, key.value());
  return failure(base::ErrorCode::Unauthenticated, "NoAuthenticationInformation",
                 "this server has nothing public: sign with the account's key, or use a SAS or a "
                 "bearer token");
}

base::Result<void> check_permission(const Grant& grant, const Needs& needs) {
  if (!grant.sas && !grant.only) return base::success();
  const bool of_account = grant.sas && grant.sas->of_account();
  const std::string_view any = of_account ? needs.account_sas : needs.service_sas;
  if (of_account && grant.sas->resource_types.find(letter_of(needs.level)) == std::string::npos) {
    return forbidden("AuthorizationResourceTypeMismatch",
                     "the SAS (srt=" + grant.sas->resource_types + ") is not for " + needs.name);
  }
  if (std::ranges::any_of(any, [&](char permission) { return grant.allows(permission); })) {
    return base::success();
  }
  const std::string what = grant.sas ? "the SAS (sp=" + grant.sas->permissions + ")"
                                     : "this token (a run's, sp=" + *grant.only + ")";
  return forbidden("AuthorizationPermissionMismatch",
                   what + " does not allow " + std::string(needs.name));
}

}  // namespace homeport::api::storage
