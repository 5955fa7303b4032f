#pragma once

#include "api/storage/operation_table.hpp"
#include "api/storage/resource.hpp"

namespace homeport::api::storage {

/// What an account of ours does on its own: nothing of what could be asked for (logging, metrics,
/// rules for browsers, keeping what was deleted, web sites), and it says so.
http::Response service_properties(Service service);

/// Accepts what says the same. NotImplemented naming the setting that does not; InvalidArgument
/// "InvalidXmlDocument".
Outcome set_service_properties(const http::Request& request);

}  // namespace homeport::api::storage
