#pragma once

#include <string>

#include "api/storage/call.hpp"

namespace homeport::api::storage {

/// An operation of the dialect.
struct Operation {
  Level level;
  const char* method;
  const char* restype;  ///< of the query, "" = absent
  const char* comp;
  const char* name;         ///< as the service's documentation calls it
  const char* permissions;  ///< of a SAS, any one of them; "" = no service SAS allows it
  Outcome (*run)(const Call&) = nullptr;  ///< null: not built
};

/// The operation that a request asks for. NotImplemented with its name where it is not built,
/// InvalidArgument "UnsupportedHttpVerb" or "InvalidQueryParameterValue" where there is none.
base::Result<const Operation*> find_operation(const http::Request& request,
                                              const Resource& resource);

/// PermissionDenied "AuthorizationPermissionMismatch" where the grant does not cover it.
base::Result<void> check_permission(const Grant& grant, const Operation& operation);

}  // namespace homeport::api::storage
