#include "api/identity/failure.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/text.hpp"

namespace homeport::api::identity {

http::Response failure_response(const Failure& failure, const IdentityParts& parts) {
  const std::string time = base::to_iso8601(parts.clock.wall());
  const boost::json::object body{
      {"error", failure.error},
      {"error_description", fmt::format("AADSTS{}: {}", failure.number, failure.description)},
      {"error_codes", boost::json::array{failure.number}},
      {"timestamp", time},
      {"trace_id", base::random_uuid()},
      {"correlation_id", base::random_uuid()}};
  return http::json_response(failure.status, boost::json::serialize(body));
}

bool is_own_tenant(const std::string& tenant, const IdentityParts& parts) {
  return base::equals_ignoring_case(tenant, parts.keyring.service_principal().tenant_id) ||
         base::equals_ignoring_case(tenant, "common") ||
         base::equals_ignoring_case(tenant, "organizations");
}

Failure unknown_tenant(const std::string& tenant) {
  return {400, "invalid_request", 90002,
          fmt::format("Tenant '{}' is not this Homeport's; `homeport env --batchai-config FILE` "
                      "writes the one that is.",
                      tenant)};
}

}  // namespace homeport::api::identity
