#include "api/identity/token_endpoint.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <optional>

#include "api/http/json.hpp"
#include "api/http/target.hpp"
#include "api/identity/failure.hpp"
#include "base/text.hpp"

namespace homeport::api::identity {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kLifetime{3600};
constexpr std::string_view kDefaultScope = "/.default";
constexpr uint64_t kMaxForm = 64U << 10;

enum class Version { V1, V2 };

/// The fields of a form (application/x-www-form-urlencoded).
class Form {
 public:
  static std::optional<Form> read(const http::Request& request) {
    const auto text = http::body_text(request);
    Form form;
    if (text.has_error() || http::parse_target("/?" + text.value(), form.fields_).has_error()) {
      return std::nullopt;
    }
    return form;
  }
  std::string get(std::string_view name) const { return fields_.parameter(name).value_or(""); }

 private:
  http::Request fields_;
};

/// What the token is asked for: "resource" of the first version, "scope" of the second, whose
/// "/.default" is no part of the audience.
std::string audience_of(const Form& form, Version version) {
  if (version == Version::V1) return form.get("resource");
  std::string scope = form.get("scope");
  scope = scope.substr(0, scope.find(' '));
  if (scope.ends_with(kDefaultScope)) scope.resize(scope.size() - kDefaultScope.size());
  return scope;
}

std::optional<Failure> refusal_of(const Form& form, const std::string& audience, Version version,
                                  const IdentityParts& parts) {
  const std::string grant = form.get("grant_type");
  const std::string client = form.get("client_id");
  const std::string secret = form.get("client_secret");
  const auto missing = [](const std::string& name) {
    return Failure{400, "invalid_request", 900144,
                   "The request body must have the parameter '" + name + "'."};
  };
  if (grant.empty()) return missing("grant_type");
  if (grant != "client_credentials") {
    return Failure{400, "unsupported_grant_type", 70003,
                   "The grant '" + grant +
                       "' is not built in Homeport yet; programs sign in with "
                       "client_credentials."};
  }
  if (client.empty()) return missing("client_id");
  if (secret.empty()) {
    return Failure{401, "invalid_client", 7000216,
                   "'client_secret' is required: sign-in by certificate is not built in Homeport "
                   "yet."};
  }
  const security::ServicePrincipal& self = parts.keyring.service_principal();
  if (!base::equals_ignoring_case(client, self.client_id)) {
    return Failure{400, "unauthorized_client", 700016,
                   "The application '" + client + "' is not known in this directory."};
  }
  if (!security::equal_in_constant_time(secret, self.client_secret.reveal())) {
    return Failure{401, "invalid_client", 7000215, "The client secret is not the right one."};
  }
  if (audience.empty()) return missing(version == Version::V1 ? "resource" : "scope");
  return std::nullopt;
}

/// The first version sends its numbers as texts, the second as numbers; clients rely on it.
json::object answer_of(const security::Secret& token, const std::string& audience,
                       base::TimePoint now, Version version) {
  const int64_t lifetime = kLifetime.count();
  if (version == Version::V2) {
    return {{"token_type", "Bearer"},
            {"expires_in", lifetime},
            {"ext_expires_in", lifetime},
            {"access_token", token.reveal()}};
  }
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  return {{"token_type", "Bearer"},
          {"expires_in", std::to_string(lifetime)},
          {"ext_expires_in", std::to_string(lifetime)},
          {"expires_on", std::to_string(seconds + lifetime)},
          {"not_before", std::to_string(seconds)},
          {"resource", audience},
          {"access_token", token.reveal()}};
}

http::Response give_token(const IdentityParts& parts, Version version, const http::Request& request,
                          const http::PathParameters& parameters) {
  const std::string& tenant = parameters.at("tenant");
  if (!is_own_tenant(tenant, parts)) return failure_response(unknown_tenant(tenant), parts);
  const auto form = Form::read(request);
  if (!form) {
    return failure_response({400, "invalid_request", 9000411, "The form cannot be read."}, parts);
  }
  const std::string audience = audience_of(*form, version);
  if (const auto refusal = refusal_of(*form, audience, version, parts)) {
    return failure_response(*refusal, parts);
  }
  const base::TimePoint now = parts.clock.wall();
  const std::string issuer =
      fmt::format("{}/{}/{}", request.origin(), parts.keyring.service_principal().tenant_id,
                  version == Version::V2 ? "v2.0" : "");
  const security::Secret token = parts.keyring.issue_access_token(issuer, audience, now, kLifetime);
  http::Response response =
      http::json_response(200, json::serialize(answer_of(token, audience, now, version)));
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Pragma", "no-cache");
  return response;
}

}  // namespace

void add_token_routes(http::Router& router, const IdentityParts& parts) {
  const http::RouteOptions small{kMaxForm};
  router.add(
      "POST", "/{tenant}/oauth2/token",
      [parts](const auto& request, const auto& parameters) {
        return give_token(parts, Version::V1, request, parameters);
      },
      small);
  router.add(
      "POST", "/{tenant}/oauth2/v2.0/token",
      [parts](const auto& request, const auto& parameters) {
        return give_token(parts, Version::V2, request, parameters);
      },
      small);
}

}  // namespace homeport::api::identity
