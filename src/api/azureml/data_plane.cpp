#include "api/azureml/data_plane.hpp"

#include <boost/json.hpp>

#include "api/arm/resource.hpp"
#include "api/http/access.hpp"
#include "api/http/status.hpp"
#include "base/text.hpp"
#include "service/run_tokens.hpp"
#include "service/runs.hpp"
#include "service/workspaces.hpp"

namespace homeport::api::azureml {
namespace {

namespace json = boost::json;

const char* outer_code(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::Unavailable:
    case base::ErrorCode::DeadlineExceeded:
      return "TransientError";
    case base::ErrorCode::Internal:
    case base::ErrorCode::ResourceExhausted:
      return "ServiceError";
    default:
      return "UserError";
  }
}

base::Result<void> check_access(const service::Context& context, const http::Request& request,
                                const http::PathParameters& parameters,
                                const domain::Workspace& workspace, Access access) {
  switch (access) {
    case Access::Owner:
      return http::require_owner(request.principal);
    case Access::Workspace:
      return http::require_member(request.principal, workspace.id.text());
    case Access::OwnRun:
      return require_run_writer(context, request, workspace.id,
                                domain::RunId(parameters.at("run")));
  }
  return http::require_owner(request.principal);
}

}  // namespace

std::string workspace_route(const std::string& prefix) {
  return prefix + arm::workspace_pattern();
}

http::Response json_ok(std::string json) {
  return http::json_response(200, std::move(json));
}

http::Response error_response(const service::Context& context, const base::Error& error) {
  const std::string inner = error.reason.empty() ? base::to_string(error.code) : error.reason;
  json::value target = nullptr;
  if (!error.target.empty()) target = json::string(error.target);
  const json::object body{
      {"error",
       {{"code", outer_code(error.code)},
        {"message", error.message},
        {"target", std::move(target)},
        {"details", json::array()},
        {"innerError",
         {{"code", base::to_string(error.code)}, {"innerError", {{"code", inner}}}}}}},
      {"correlation", {{"operation", base::random_hex(16)}, {"request", base::random_hex(8)}}},
      {"environment", "homeport"},
      {"location", "local"},
      {"time", base::to_iso8601(context.clock.wall())}};
  return http::json_response(http::http_status(error.code), json::serialize(body));
}

http::Handler on_data_plane(const service::Context& context, Access access,
                            DataOperation operation) {
  return [&context, access, operation = std::move(operation)](
             const http::Request& request, const http::PathParameters& parameters) {
    const auto answer = [&]() -> base::Result<http::Response> {
      if (const security::RunIdentity* bearer = http::run_identity(request.principal)) {
        HP_TRYV(service::require_live(context, *bearer));
      } else {
        HP_TRYV(http::require_owner(request.principal));
      }
      HP_TRY(const domain::Workspace workspace,
             service::get_workspace(context, arm::workspace_key(parameters)));
      HP_TRYV(check_access(context, request, parameters, workspace, access));
      return operation(request, parameters, workspace);
    };
    base::Result<http::Response> response = answer();
    return response.has_value() ? std::move(response).value()
                                : error_response(context, response.error());
  };
}

base::Result<void> require_run_writer(const service::Context& context, const http::Request& request,
                                      const domain::WorkspaceId& workspace,
                                      const domain::RunId& run) {
  const security::RunIdentity* writer = http::run_identity(request.principal);
  if (writer == nullptr) return http::require_owner(request.principal);
  HP_TRYV(http::require_member(request.principal, workspace.text()));
  domain::RunId at = run;
  // Up through the parents; a family deeper than this is none.
  for (int depth = 0; depth < 32 && !at.empty(); ++depth) {
    if (at.text() == writer->run_id) return base::success();
    const auto found = service::get_run(context, workspace, at);
    if (found.has_error()) break;
    at = found.value().parent_id;
  }
  return base::permission_denied("a run's token writes that run and its children only");
}

}  // namespace homeport::api::azureml
