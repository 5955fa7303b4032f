#pragma once

#include "api/http/message.hpp"
#include "base/error.hpp"

namespace homeport::api::storage {

/// Errors of this dialect carry its own code as `reason`.
inline base::Error failure(base::ErrorCode code, const char* reason, std::string message) {
  return base::Error{code, std::move(message), {}, reason, {}};
}
inline base::Error bad_request(const char* reason, std::string message) {
  return failure(base::ErrorCode::InvalidArgument, reason, std::move(message));
}
inline base::Error forbidden(const char* reason, std::string message) {
  return failure(base::ErrorCode::PermissionDenied, reason, std::move(message));
}

/// The dialect's envelope: status, x-ms-error-code, XML body (none for HEAD: the server drops it).
http::Response failure_response(const base::Error& error);

}  // namespace homeport::api::storage
