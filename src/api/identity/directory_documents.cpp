#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/identity/failure.hpp"
#include "api/identity/token_endpoint.hpp"
#include "base/text.hpp"

namespace homeport::api::identity {
namespace {

namespace json = boost::json;

constexpr const char* kDescription = "/.well-known/openid-configuration";

http::Response describe_directory(const IdentityParts& parts, const std::string& version,
                                  const http::Request& request,
                                  const http::PathParameters& parameters) {
  const std::string& asked = parameters.at("tenant");
  if (!is_own_tenant(asked, parts)) return failure_response(unknown_tenant(asked), parts);
  const std::string home = request.origin() + "/" + parts.keyring.service_principal().tenant_id;
  const std::string oauth = home + "/oauth2" + version;
  return http::json_response(
      200, json::serialize(json::object{
               {"issuer", home + (version.empty() ? "/" : version)},
               {"authorization_endpoint", oauth + "/authorize"},
               {"token_endpoint", oauth + "/token"},
               {"jwks_uri", home + "/v2.0/.well-known/jwks.json"},
               {"token_endpoint_auth_methods_supported", json::array{"client_secret_post"}},
               {"grant_types_supported", json::array{"client_credentials"}},
               {"response_types_supported", json::array{"token"}},
               {"response_modes_supported", json::array{"query"}},
               {"subject_types_supported", json::array{"pairwise"}},
               {"id_token_signing_alg_values_supported", json::array{"HS256"}},
               {"scopes_supported", json::array{"openid"}},
               {"tenant_region_scope", nullptr}}));
}

/// Tokens are for this server alone, which checks them with a key of its own: there is no public
/// one to hand out.
http::Response list_keys() {
  return http::json_response(200, json::serialize(json::object{{"keys", json::array()}}));
}

/// Which names stand for the same directory: here, the one that was asked.
http::Response discover_instance(const IdentityParts& parts, const http::Request& request) {
  return http::json_response(
      200, json::serialize(json::object{
               {"tenant_discovery_endpoint",
                fmt::format("{}/{}/v2.0{}", request.origin(),
                            parts.keyring.service_principal().tenant_id, kDescription)},
               {"api-version", "1.1"},
               {"metadata", json::array{json::object{{"preferred_network", request.host},
                                                     {"preferred_cache", request.host},
                                                     {"aliases", json::array{request.host}}}}}}));
}

}  // namespace

void add_tenant_routes(http::Router& router, const IdentityParts& parts) {
  add_token_routes(router, parts);
  for (const char* version : {"", "/v2.0"}) {
    router.add(
        "GET", std::string("/{tenant}") + version + kDescription,
        [parts, version = std::string(version)](const auto& request, const auto& parameters) {
          return describe_directory(parts, version, request, parameters);
        });
  }
  router.add("GET", "/{tenant}/v2.0/.well-known/jwks.json",
             [](const auto&, const auto&) { return list_keys(); });
}

void add_login_host_routes(http::Router& router, const IdentityParts& parts) {
  add_tenant_routes(router, parts);
  for (const char* path : {"/common/discovery/instance", "/discovery/instance"}) {
    router.add("GET", path, [parts](const auto& request, const auto&) {
      return discover_instance(parts, request);
    });
  }
}

http::Response unserved(const http::Request& request, const IdentityParts& parts) {
  return failure_response(
      {501, "invalid_request", 900144,
       "The operation " + request.method + " " + request.path + " is not built in Homeport yet."},
      parts);
}

}  // namespace homeport::api::identity
