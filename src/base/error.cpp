#include "base/error.hpp"

#include <cerrno>
#include <cstring>

namespace homeport::base {

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return "InvalidArgument";
    case ErrorCode::NotFound:
      return "NotFound";
    case ErrorCode::AlreadyExists:
      return "AlreadyExists";
    case ErrorCode::Conflict:
      return "Conflict";
    case ErrorCode::PreconditionFailed:
      return "PreconditionFailed";
    case ErrorCode::PermissionDenied:
      return "PermissionDenied";
    case ErrorCode::Unauthenticated:
      return "Unauthenticated";
    case ErrorCode::ResourceExhausted:
      return "ResourceExhausted";
    case ErrorCode::Unavailable:
      return "Unavailable";
    case ErrorCode::DeadlineExceeded:
      return "DeadlineExceeded";
    case ErrorCode::Cancelled:
      return "Cancelled";
    case ErrorCode::NotImplemented:
      return "NotImplemented";
    case ErrorCode::Internal:
      return "Internal";
  }
  return "Internal";
}

Error system_error(const std::string& what, int number) {
  ErrorCode code = ErrorCode::Internal;
  if (number == ENOSPC || number == EDQUOT || number == EMFILE || number == ENFILE) {
    code = ErrorCode::ResourceExhausted;
  } else if (number == ENOENT) {
    code = ErrorCode::NotFound;
  } else if (number == EACCES || number == EPERM) {
    code = ErrorCode::PermissionDenied;
  }
  return Error{code, what + ": " + std::strerror(number), {}, {}, {}};
}

}  // namespace homeport::base
