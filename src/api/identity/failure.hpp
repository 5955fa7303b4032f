#pragma once

#include <string>

#include "api/http/message.hpp"
#include "api/identity/routes.hpp"

namespace homeport::api::identity {

/// An error as the directory says it; `number` is the AADSTS code that clients look for.
struct Failure {
  int status = 400;
  const char* error = "invalid_request";  ///< of OAuth2 (RFC 6749 §5.2)
  int number = 0;
  std::string description;
};

http::Response failure_response(const Failure& failure, const IdentityParts& parts);

/// Whether `tenant` is this server's: its id, or a word for any ("common", "organizations").
bool is_own_tenant(const std::string& tenant, const IdentityParts& parts);

Failure unknown_tenant(const std::string& tenant);

}  // namespace homeport::api::identity
