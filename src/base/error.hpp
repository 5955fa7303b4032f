#pragma once

#include <string>
#include <utility>
#include <vector>

namespace homeport::base {

/// What went wrong, in terms a caller can act on. Keep this list short: the HTTP table
/// (api/http/status.hpp) and the Python exceptions follow it.
enum class ErrorCode {
  InvalidArgument,
  NotFound,
  AlreadyExists,
  Conflict,
  PreconditionFailed,
  PermissionDenied,
  Unauthenticated,
  ResourceExhausted,
  Unavailable,
  DeadlineExceeded,
  Cancelled,
  NotImplemented,
  Internal,
};

/// An error as a value. `message` is for people and ends with what to do next where that is known;
/// `target` names the offending field of the request, empty if none; `reason` is the
/// machine-readable code of the domain ("ClusterNotFound"), empty where the ErrorCode says it all;
/// `cause` goes to the log only and never to a client.
struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message{};
  std::string target{};
  std::string reason{};
  std::string cause{};

  bool operator==(const Error&) const = default;
};

/// The name of a code as logs show it: "InvalidArgument".
const char* to_string(ErrorCode code);

inline Error invalid_argument(std::string target, std::string message) {
  return Error{ErrorCode::InvalidArgument, std::move(message), std::move(target), {}, {}};
}
inline Error not_found(std::string reason, std::string message) {
  return Error{ErrorCode::NotFound, std::move(message), {}, std::move(reason), {}};
}
inline Error already_exists(std::string reason, std::string message) {
  return Error{ErrorCode::AlreadyExists, std::move(message), {}, std::move(reason), {}};
}
inline Error conflict(std::string reason, std::string message) {
  return Error{ErrorCode::Conflict, std::move(message), {}, std::move(reason), {}};
}
inline Error permission_denied(std::string message) {
  return Error{ErrorCode::PermissionDenied, std::move(message), {}, {}, {}};
}
inline Error not_implemented(std::string what) {
  return Error{
      ErrorCode::NotImplemented, what + " is not built in Homeport yet", {}, "NotImplemented", {}};
}
inline Error internal(std::string message, std::string cause = {}) {
  return Error{ErrorCode::Internal, std::move(message), {}, {}, std::move(cause)};
}

/// The error of a system call: `what` failed with errno `number`. ENOSPC, EDQUOT, EMFILE become
/// ResourceExhausted, ENOENT NotFound, EACCES and EPERM PermissionDenied, the rest Internal.
Error system_error(const std::string& what, int number);

}  // namespace homeport::base
