#pragma once

#include <string>
#include <string_view>

#include "api/http/message.hpp"
#include "base/result.hpp"

namespace homeport::api::http {

/// Fills target, path, query and, for the absolute form ("GET http://host/path"), host of `request`
/// from the target of a request line. InvalidArgument for broken percent escapes and for what is
/// no target.
base::Result<void> parse_target(std::string_view target, Request& request);

}  // namespace homeport::api::http
