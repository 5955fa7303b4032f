#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "security/secret.hpp"

namespace homeport::security {

/// What programs of the two services sign in with: a directory's tenant, and an application in it
/// with a secret. Whoever has the secret acts as the owner.
struct ServicePrincipal {
  std::string tenant_id;
  std::string client_id;
  std::string object_id;
  Secret client_secret;
};

/// The one kept in `path` (JSON, 0600), made where there is none. PermissionDenied if others may
/// read it, Internal if it was damaged.
base::Result<ServicePrincipal> open_service_principal(const std::filesystem::path& path);

}  // namespace homeport::security
