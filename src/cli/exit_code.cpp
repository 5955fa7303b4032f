#include "cli/exit_code.hpp"

namespace homeport::cli {

using base::ErrorCode;

ExitCode exit_code_of(const base::Error& error) {
  switch (error.code) {
    case ErrorCode::NotFound:
      return ExitCode::NotFound;
    case ErrorCode::AlreadyExists:
    case ErrorCode::Conflict:
    case ErrorCode::PreconditionFailed:
      return ExitCode::Conflict;
    case ErrorCode::PermissionDenied:
    case ErrorCode::Unauthenticated:
      return ExitCode::Denied;
    case ErrorCode::Unavailable:
    case ErrorCode::DeadlineExceeded:
      return ExitCode::Unreachable;
    case ErrorCode::Cancelled:
      return ExitCode::Detached;
    case ErrorCode::InvalidArgument:
    case ErrorCode::ResourceExhausted:
    case ErrorCode::NotImplemented:
    case ErrorCode::Internal:
      return ExitCode::Failed;
  }
  return ExitCode::Failed;
}

const char* exit_code_help() {
  return "Exit codes:\n"
         "  0  done\n"
         "  1  what was asked for failed (a run failed or was cancelled, a request was refused)\n"
         "  2  the command line is wrong\n"
         "  3  no Homeport answers\n"
         "  4  not found\n"
         "  5  denied (no token, or a wrong one)\n"
         "  6  something stands in the way (a name is taken, a port or data directory is in use)\n"
         "  7  detached: the run goes on\n";
}

}  // namespace homeport::cli
