#include "api/arm/resource.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/http/access.hpp"
#include "api/http/status.hpp"
#include "service/workspaces.hpp"

namespace homeport::api::arm {

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

http::Handler owner_only(Operation operation) {
  return [operation = std::move(operation)](const http::Request& request,
                                            const http::PathParameters& parameters) {
    const base::Result<void> allowed = http::require_owner(request.principal);
    if (allowed.has_error()) return error_response(allowed.error());
    base::Result<http::Response> response = operation(request, parameters);
    return response.has_value() ? std::move(response).value() : error_response(response.error());
  };
}

http::Handler on_workspace(const service::Context& context, WorkspaceOperation operation) {
  return [&context, operation = std::move(operation)](const http::Request& request,
                                                      const http::PathParameters& parameters) {
    const auto answer = [&]() -> base::Result<http::Response> {
      if (http::run_identity(request.principal) == nullptr || request.method != "GET") {
        HP_TRYV(http::require_owner(request.principal));
      }
      HP_TRY(const domain::Workspace workspace,
             service::get_workspace(context, workspace_key(parameters)));
      HP_TRYV(http::require_member(request.principal, workspace.id.text()));
      return operation(request, parameters, workspace);
    };
    base::Result<http::Response> response = answer();
    return response.has_value() ? std::move(response).value() : error_response(response.error());
  };
}

}  // namespace homeport::api::arm
