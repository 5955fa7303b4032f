#include "api/http/status.hpp"

#include <algorithm>
#include <iterator>

namespace homeport::api::http {
namespace {

struct Phrase {
  int status;
  const char* text;
};

// Sorted by status.
constexpr Phrase kPhrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

}  // namespace

int http_status(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::InvalidArgument:
      return 400;
    case base::ErrorCode::NotFound:
      return 404;
    case base::ErrorCode::AlreadyExists:
    case base::ErrorCode::Conflict:
      return 409;
    case base::ErrorCode::PreconditionFailed:
      return 412;
    case base::ErrorCode::PermissionDenied:
      return 403;
    case base::ErrorCode::Unauthenticated:
      return 401;
    // Not 429: the published clients would repeat at once what a full disk cannot take.
    case base::ErrorCode::ResourceExhausted:
      return 507;
    // Cancelled is what a stopping server answers: worth a retry, as Unavailable is.
    case base::ErrorCode::Unavailable:
    case base::ErrorCode::Cancelled:
      return 503;
    case base::ErrorCode::DeadlineExceeded:
      return 504;
    case base::ErrorCode::NotImplemented:
      return 501;
    case base::ErrorCode::Internal:
      return 500;
  }
  return 500;
}

const char* reason_phrase(int status) {
  const auto* found = std::lower_bound(std::begin(kPhrases), std::end(kPhrases), status,
                                       [](const Phrase& a, int b) { return a.status < b; });
  return found != std::end(kPhrases) && found->status == status ? found->text : "Unknown";
}

}  // namespace homeport::api::http
