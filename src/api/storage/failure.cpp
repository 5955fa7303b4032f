#include "api/storage/failure.hpp"

#include "api/http/status.hpp"
#include "api/storage/xml.hpp"

namespace homeport::api::storage {
namespace {

struct Row {
  const char* reason;
  int status;
};

// Where the service's status is not that of the error's kind.
constexpr Row kStatuses[] = {
    {"InvalidPageRange", 416},    {"InvalidRange", 416},        {"MissingContentLengthHeader", 411},
    {"RequestBodyTooLarge", 413}, {"UnsupportedHttpVerb", 405},
};

int status_of(const base::Error& error) {
  for (const Row& row : kStatuses) {
    if (error.reason == row.reason) return row.status;
  }
  return http::http_status(error.code);
}

// What the service says where an error came up without a code of its own.
std::string code_of(const base::Error& error) {
  if (!error.reason.empty()) return error.reason;
  switch (error.code) {
    case base::ErrorCode::InvalidArgument:
      return "InvalidInput";
    case base::ErrorCode::NotFound:
      return "ResourceNotFound";
    case base::ErrorCode::AlreadyExists:
      return "ResourceAlreadyExists";
    case base::ErrorCode::Conflict:
      return "OperationNotAllowedInCurrentState";
    case base::ErrorCode::PreconditionFailed:
      return "ConditionNotMet";
    case base::ErrorCode::PermissionDenied:
      return "AuthorizationFailure";
    case base::ErrorCode::Unauthenticated:
      return "NoAuthenticationInformation";
    case base::ErrorCode::ResourceExhausted:
      return "InsufficientStorage";
    case base::ErrorCode::Unavailable:
    case base::ErrorCode::Cancelled:
      return "ServerBusy";
    case base::ErrorCode::DeadlineExceeded:
      return "OperationTimedOut";
    case base::ErrorCode::NotImplemented:
      return "NotImplemented";
    case base::ErrorCode::Internal:
      return "InternalError";
  }
  return "InternalError";
}

}  // namespace

http::Response failure_response(const base::Error& error) {
  const std::string code = code_of(error);
  http::Response response =
      http::text_response(status_of(error), "application/xml",
                          std::string(kXmlDeclaration) + "<Error>" + xml_element("Code", code) +
                              xml_element("Message", error.message) + "</Error>");
  response.headers.set("x-ms-error-code", code);
  response.failure =
      code + ": " + error.message + (error.cause.empty() ? "" : " (" + error.cause + ")");
  if (response.status == 401) {
    response.headers.set("WWW-Authenticate", "Bearer realm=\"homeport\"");
  }
  return response;
}

}  // namespace homeport::api::storage
