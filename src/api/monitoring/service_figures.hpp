#pragma once

#include <vector>

#include "api/http/figure.hpp"
#include "service/context.hpp"

namespace homeport::api::monitoring {

/// Runs by state, clusters with their nodes and their queues. Every state has a value, 0 included,
/// so that an alert need not ask whether it is there. homeport_ledger_up is 0, and all else is left
/// out, while the ledger cannot be read.
std::vector<http::Figure> service_figures(const service::Context& context);

}  // namespace homeport::api::monitoring
