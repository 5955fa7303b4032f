#include "api/arm/resource.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/arm/providers.hpp"
#include "api/http/access.hpp"
#include "api/http/status.hpp"
#include "base/text.hpp"
#include "service/workspaces.hpp"

namespace homeport::api::arm {
namespace {

void add_headers(const http::Request& request, http::Response& response) {
  response.headers.set("x-ms-request-id", base::random_uuid());
  const std::string_view correlation = request.headers.get("x-ms-client-request-id");
  if (!correlation.empty()) {
    response.headers.set("x-ms-client-request-id", std::string(correlation));
  }
  response.headers.set("Cache-Control", "no-cache");
  response.headers.set("X-Content-Type-Options", "nosniff");
}

}  // namespace

std::string workspace_pattern(const std::string& provider) {
  return fmt::format(
      "/subscriptions/{{subscription}}/resourceGroups/{{group}}/providers/{}/workspaces/"
      "{{workspace}}",
      provider);
}

domain::WorkspaceKey workspace_key(const http::PathParameters& parameters) {
  return {parameters.at("subscription"), parameters.at("group"), parameters.at("workspace")};
}

std::string workspace_id(const domain::WorkspaceKey& key) {
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/{}/workspaces/{}",
                     key.subscription_id, key.resource_group, kProvider, key.name);
}

http::Response error_response(const base::Error& error) {
  boost::json::object body{
      {"code", error.reason.empty() ? base::to_string(error.code) : error.reason},
      {"message", error.message},
      {"details", boost::json::array()}};
  if (!error.target.empty()) body["target"] = error.target;
  return http::json_response(http::http_status(error.code),
                             boost::json::serialize(boost::json::object{{"error", body}}));
}

http::Handler guarded(Callers callers, Operation operation) {
  return [callers, operation = std::move(operation)](const http::Request& request,
                                                     const http::PathParameters& parameters) {
    const auto answer = [&]() -> base::Result<http::Response> {
      const bool reading_run = callers == Callers::RunsMayRead && request.method == "GET" &&
                               http::run_identity(request.principal) != nullptr;
      if (!reading_run) {
        HP_TRYV(http::require_owner(request.principal));
      }
      HP_TRYV(check_api_version(request));
      return operation(request, parameters);
    };
    base::Result<http::Response> outcome = answer();
    http::Response response =
        outcome.has_value() ? std::move(outcome).value() : error_response(outcome.error());
    add_headers(request, response);
    return response;
  };
}

http::Handler on_workspace(const service::Context& context, WorkspaceOperation operation) {
  return guarded(Callers::RunsMayRead,
                 [&context, operation = std::move(operation)](
                     const http::Request& request,
                     const http::PathParameters& parameters) -> base::Result<http::Response> {
                   HP_TRY(const domain::Workspace workspace,
                          service::get_workspace(context, workspace_key(parameters)));
                   HP_TRYV(http::require_member(request.principal, workspace.id.text()));
                   return operation(request, parameters, workspace);
                 });
}

}  // namespace homeport::api::arm
