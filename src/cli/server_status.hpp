#pragma once

#include <boost/json/value.hpp>
#include <cstdint>

#include "base/result.hpp"

namespace homeport::cli {

class Client;

/// GET /providers/Homeport.Compute/status: what the server says of itself.
base::Result<boost::json::value> get_server_status(Client& client);

}  // namespace homeport::cli
