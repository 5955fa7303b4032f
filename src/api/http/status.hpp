#pragma once

#include "base/error.hpp"

namespace homeport::api::http {

/// The one table from what went wrong to a status of HTTP; every dialect uses it.
int http_status(base::ErrorCode code);

/// "Not Found" for 404; "Unknown" for a status that HTTP does not name.
const char* reason_phrase(int status);

}  // namespace homeport::api::http
