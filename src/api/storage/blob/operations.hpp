#pragma once

#include <string>

#include "api/storage/blob/call.hpp"

namespace homeport::api::storage::blob {

using Operation = OperationRow<Call>;

/// The operation that a request asks for. NotImplemented with its name where it is not built,
/// InvalidArgument "UnsupportedHttpVerb" or "InvalidQueryParameterValue" where there is none.
base::Result<const Operation*> find_operation(const http::Request& request,
                                              const Resource& resource);

}  // namespace homeport::api::storage::blob
