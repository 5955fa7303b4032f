#pragma once

#include <string>

#include "api/web/local_client.hpp"
#include "base/result.hpp"

namespace homeport::api::web {

/// The first page: of every workspace its clusters and newest runs. It keeps itself current.
base::Result<std::string> render_overview(const LocalClient& client);

}  // namespace homeport::api::web
