#pragma once

#include <vector>

#include "api/batchai/paging.hpp"
#include "domain/node.hpp"

namespace homeport::api::batchai {

/// RemoteLoginInformation of each node. Port 0: nodes have an address, but nothing to log in to.
std::vector<Entry> login_entries(const std::vector<domain::Node>& nodes);

}  // namespace homeport::api::batchai
