#pragma once

#include "api/http/metrics.hpp"
#include "api/http/router.hpp"

namespace homeport::api::monitoring {

/// GET /metrics, in Prometheus's text format. For the owner and the bearer of the metrics token
/// (docs/metrics.md): anonymous is 401 on loopback too, since runs of this machine are there as
/// well; a run is 403. Errors are a line of text. `metrics` outlives the router.
void add_monitoring_routes(http::Router& router, const http::Metrics& metrics);

}  // namespace homeport::api::monitoring
