#include "app/dispatcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/arm/resource.hpp"
#include "api/azureml/data_plane.hpp"
#include "api/gateway/published_name.hpp"
#include "api/identity/routes.hpp"
#include "api/storage/blob/blob_service.hpp"
#include "api/storage/files/file_service.hpp"
#include "app/audit_log.hpp"
#include "app/storage_names.hpp"
#include "base/text.hpp"
#include "security/json_web_token.hpp"

namespace homeport::app {
namespace {

using api::http::Request;
using api::http::Response;
using api::http::Router;

constexpr std::string_view kBearer = "Bearer ";

/// The services of the data plane; what of them is not built must say so in their own envelope.
constexpr std::array kDataPlane{"/history/",    "/metric/",    "/execution/",   "/artifact/",
                                "/content/",    "/datastore/", "/environment/", "/modelmanagement/",
                                "/hyperdrive/", "/pipelines/", "/dataset/",     "/credential/",
                                "/jasmine/",    "/rp/",        "/mlflow/",      "/assets/"};

bool starts_with_any_case(std::string_view path, std::string_view prefix) {
  return path.size() >= prefix.size() &&
         base::equals_ignoring_case(path.substr(0, prefix.size()), prefix);
}

bool is_data_plane(std::string_view path) {
  return std::any_of(kDataPlane.begin(), kDataPlane.end(),
                     [&](const char* prefix) { return starts_with_any_case(path, prefix); });
}

bool is_control_plane(std::string_view path) {
  return starts_with_any_case(path, "/subscriptions") || starts_with_any_case(path, "/providers/");
}

}  // namespace

Response Dispatcher::operator()(Request& request, const Router::Match& match) const {
  using Kind = api::gateway::PublishedName::Kind;
  const auto name = api::gateway::parse_published_name(request.host);
  if (name && name->kind == Kind::Storage) return answer_storage(request, *name);
  if (name && name->kind == Kind::Login) return answer_login(request);
  // Storage checks its own signatures, of which bearer tokens are only one kind.
  if (match.handler == nullptr && blobs_.serves(request)) return blobs_.handle(request);
  if (match.handler == nullptr && files_.serves(request)) return files_.handle(request);
  Response response = answer(request, match);
  audit_.record(request, match, response);
  return response;
}

Response Dispatcher::answer_storage(Request& request,
                                    const api::gateway::PublishedName& name) const {
  if (blobs_.serves(request)) return blobs_.handle(request);
  if (files_.serves(request)) return files_.handle(request);
  return refuse_storage_name(context_, request, name);
}

Response Dispatcher::answer_login(const Request& request) const {
  const Router::Match match = login_.find(request.method, request.path);
  if (match.handler == nullptr) {
    return api::identity::unserved(request, {context_.keyring, context_.clock});
  }
  Response response = (*match.handler)(request, match.parameters);
  audit_.record(request, match, response);
  return response;
}

Response Dispatcher::answer(Request& request, const Router::Match& match) const {
  base::Result<security::Principal> principal = principal_of(request);
  if (principal.has_error()) return refuse(request, principal.error());
  request.principal = std::move(principal).value();
  if (request.path.find("%00") != std::string::npos) {
    return refuse(request, base::invalid_argument("", "a path cannot hold a NUL"));
  }
  Response response = match.handler == nullptr ? unserved(request, match)
                                               : (*match.handler)(request, match.parameters);
  // RFC 7235 §3.1 wants it of every 401, whoever found the credentials missing.
  if (response.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

std::optional<Response> Dispatcher::admit(Request& request, const Router::Match& match) const {
  const auto name = api::gateway::parse_published_name(request.host);
  if (name && name->kind == api::gateway::PublishedName::Kind::Storage && !blobs_.serves(request) &&
      !files_.serves(request)) {
    return refuse_storage_name(context_, request, *name);
  }
  if ((name || match.handler == nullptr) && blobs_.serves(request)) return blobs_.admit(request);
  if ((name || match.handler == nullptr) && files_.serves(request)) return files_.admit(request);
  const base::Result<security::Principal> principal = principal_of(request);
  if (principal.has_error()) return refuse(request, principal.error());
  const bool brings_nothing = std::holds_alternative<security::Anonymous>(principal.value()) ||
                              std::holds_alternative<security::Monitor>(principal.value());
  if (!brings_nothing) return std::nullopt;
  return refuse(
      request,
      base::Error{
          base::ErrorCode::Unauthenticated, "a large request needs a valid token", {}, {}, {}});
}

base::Result<security::Principal> Dispatcher::principal_of(const Request& request) const {
  const std::string_view header = request.headers.get("Authorization");
  if (header.empty()) {
    const auto from_cookie = cookies_(request);
    return from_cookie ? *from_cookie : security::Principal(security::Anonymous{});
  }
  if (!starts_with_any_case(header, kBearer)) {
    return base::Error{base::ErrorCode::Unauthenticated,
                       "this address takes bearer tokens only",
                       {},
                       "AuthenticationFailed",
                       {}};
  }
  const std::string_view token = base::trim(header.substr(kBearer.size()));
  HP_TRY(security::Principal principal,
         context_.keyring.verify_bearer(token, context_.clock.wall()));
  const security::TokenPurpose purpose = security::purpose_of(token);
  if (!purpose.audience.empty() && !api::gateway::is_for_management(purpose, is_own_)) {
    return base::Error{
        base::ErrorCode::Unauthenticated,
        fmt::format("the access token was asked for '{}'; ask for https://management.azure.com/",
                    purpose.audience),
        {},
        "InvalidAuthenticationTokenAudience",
        {}};
  }
  return principal;
}

Response Dispatcher::refuse(const Request& request, const base::Error& error) const {
  Response response = is_data_plane(request.path) ? api::azureml::error_response(context_, error)
                                                  : api::arm::error_response(error);
  if (error.code == base::ErrorCode::Unauthenticated) {
    response.headers.set("WWW-Authenticate", "Bearer");
  }
  return response;
}

Response Dispatcher::unserved(const Request& request, const Router::Match& match) const {
  const std::string operation = fmt::format("{} {}", request.method, request.path);
  if (is_data_plane(request.path) || is_control_plane(request.path)) {
    return refuse(request, base::not_implemented(fmt::format("the operation {}", operation)));
  }
  if (match.other_method) {
    return api::http::text_response(405, "text/plain; charset=utf-8",
                                    operation + ": not with this method\n");
  }
  return api::http::text_response(404, "text/plain; charset=utf-8",
                                  operation + ": nothing is served here\n");
}

}  // namespace homeport::app
