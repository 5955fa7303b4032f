#include "api/arm/homeport_access.hpp"

#include <boost/json.hpp>

#include "api/arm/resource.hpp"

namespace homeport::api::arm {
namespace {

namespace json = boost::json;

http::Response gateway(const GatewayFacts& facts) {
  json::object body{{"caCertificate", facts.certificate}, {"needsToken", facts.needs_token}};
  if (!facts.upstream_proxy.empty()) body["upstreamProxy"] = facts.upstream_proxy;
  return http::json_response(200, json::serialize(body));
}

http::Response client_credentials(const security::ServicePrincipal& self) {
  return http::json_response(
      200, json::serialize(json::object{{"tenantId", self.tenant_id},
                                        {"clientId", self.client_id},
                                        {"clientSecret", self.client_secret.reveal()}}));
}

}  // namespace

void add_homeport_access_routes(http::Router& router, const service::Context& context,
                                std::function<GatewayFacts()> facts) {
  const std::string provider = "/providers/Homeport.Compute";
  router.add("GET", provider + "/gateway",
             owner_only([facts = std::move(facts)](const auto&, const auto&)
                            -> base::Result<http::Response> { return gateway(facts()); }));
  router.add("POST", provider + "/listClientCredentials",
             owner_only([&context](const auto&, const auto&) -> base::Result<http::Response> {
               return client_credentials(context.keyring.service_principal());
             }));
}

}  // namespace homeport::api::arm
