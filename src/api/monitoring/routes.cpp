#include "api/monitoring/routes.hpp"

#include "api/http/access.hpp"
#include "api/http/status.hpp"

namespace homeport::api::monitoring {
namespace {

constexpr const char* kExposition = "text/plain; version=0.0.4; charset=utf-8";

http::Response figures_for(const http::Request& request, const http::Metrics& metrics) {
  const auto allowed = http::require_monitor(request.principal);
  if (allowed) return http::text_response(200, kExposition, metrics.text());
  return http::text_response(http::http_status(allowed.error().code), "text/plain; charset=utf-8",
                             "the service's figures need the token in DATA/secrets/metrics-token "
                             "(or the owner's); docs/metrics.md shows how to give it to "
                             "Prometheus\n");
}

}  // namespace

void add_monitoring_routes(http::Router& router, const http::Metrics& metrics) {
  router.add("GET", "/metrics", [&metrics](const http::Request& request, const auto&) {
    return figures_for(request, metrics);
  });
}

}  // namespace homeport::api::monitoring
