#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.hpp"
#include "api/storage/account_keys.hpp"
#include "api/storage/resource.hpp"
#include "api/storage/sas.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"
#include "security/principal.hpp"

namespace homeport::api::storage {

/// All that the owner may do.
inline constexpr const char* kAllPermissions = "*";

/// What it takes to know who asks, the same for all services of an account. Borrowed; outlives the
/// dialect.
struct Access {
  const AccountKeys& keys;
  const base::Clock& clock;
  /// Who bears a token; Unauthenticated if nobody does. Null: bearer tokens are refused.
  std::function<base::Result<security::Principal>(std::string_view token)> bearer{};
  /// What a run may do in a container or share ("" = the account itself): kAllPermissions, or
  /// letters of a SAS ("rl"); "" is nothing. Null: never anything.
  std::function<std::string(const security::RunIdentity&, const Resource&)> run_permissions{};
};

/// The stored access policies of the container or share that a resource lies in.
using StoredPolicies =
    std::function<base::Result<std::vector<objects::StoredPolicy>>(const Resource&)>;

/// What a request's credentials allow. Without a SAS: everything in the account.
struct Grant {
  std::optional<Sas> sas{};
  std::optional<std::string> only{};  ///< the permissions that a run's token gives; none: all
  security::Principal who{};          ///< the account's key or a SAS, or a token's bearer
  bool allows(char permission) const {
    return (!sas || sas->permissions.find(permission) != std::string::npos) &&
           (!only || only->find(permission) != std::string::npos);
  }
};

/// Who the request is from: checks the SAS, SharedKey signature or bearer token against the
/// account of `resource`. Unauthenticated "NoAuthenticationInformation" for none of them,
/// PermissionDenied for a wrong one, NotFound for an account that is none of ours.
base::Result<Grant> authorize(const Access& access, const StoredPolicies& policies,
                              const http::Request& request, const Resource& resource);

/// The permissions that an operation needs, any one of them: of a service SAS ("" = none allows
/// it), and of an account SAS.
struct Needs {
  Level level;
  const char* service_sas;
  const char* account_sas;
  const char* name;  ///< of the operation, for the message
};
/// PermissionDenied "AuthorizationPermissionMismatch", "AuthorizationResourceTypeMismatch" or
/// "AuthorizationServiceMismatch" where the grant does not cover it.
base::Result<void> check_permission(const Grant& grant, const Needs& needs);

}  // namespace homeport::api::storage
