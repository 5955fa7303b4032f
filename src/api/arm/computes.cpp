#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/arm/compute_json.hpp"
#include "api/arm/resource.hpp"
#include "api/arm/routes.hpp"
#include "api/http/json.hpp"
#include "base/text.hpp"
#include "service/clusters.hpp"

namespace homeport::api::arm {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

/// The answer to a change: the resource, and where to ask whether it is done.
Response change_response(const Request& request, const PathParameters& parameters,
                         const domain::Workspace& workspace, const service::ClusterChange& change,
                         int status) {
  Response response =
      http::json_response(status, json::serialize(compute_json(workspace, change.view)));
  const std::string url = fmt::format(
      "{}/subscriptions/{}/providers/{}/locations/{}/computeOperationsStatus/{}?api-version={}",
      request.origin(), parameters.at("subscription"), kProvider, change.view.cluster.location,
      change.operation.id.text(), request.parameter("api-version").value_or("2019-06-01"));
  response.headers.set("Azure-AsyncOperation", url);
  if (status == 202) response.headers.set("Location", url);
  response.headers.set("Retry-After", "1");
  return response;
}

base::Result<Response> put_compute(const service::Context& context, const Request& request,
                                   const PathParameters& parameters,
                                   const domain::Workspace& workspace) {
  HP_TRY(const json::object body, http::json_object(request));
  HP_TRY(const service::ClusterDraft draft, parse_compute(parameters.at("name"), body));
  HP_TRY(const auto change, service::create_cluster(context, workspace, draft));
  return change_response(request, parameters, workspace, change,
                         change.operation.kind == "create" ? 201 : 200);
}

base::Result<Response> patch_compute(const service::Context& context, const Request& request,
                                     const PathParameters& parameters,
                                     const domain::Workspace& workspace) {
  HP_TRY(const json::object body, http::json_object(request));
  HP_TRY(const service::ScaleChange scale, parse_scale_change(body));
  HP_TRY(const auto change,
         service::scale_cluster(context, workspace, parameters.at("name"), scale));
  return change_response(request, parameters, workspace, change, 200);
}

base::Result<Response> delete_compute(const service::Context& context, const Request& request,
                                      const PathParameters& parameters,
                                      const domain::Workspace& workspace) {
  const auto action = request.parameter("underlyingResourceAction");
  if (action && base::equals_ignoring_case(*action, "Detach")) {
    return base::invalid_argument("underlyingResourceAction",
                                  "an AmlCompute cluster cannot be detached; delete it");
  }
  HP_TRY(const auto change, service::delete_cluster(context, workspace, parameters.at("name")));
  return change_response(request, parameters, workspace, change, 202);
}

base::Result<Response> list_computes(const service::Context& context,
                                     const domain::Workspace& workspace) {
  HP_TRY(const auto views, service::list_clusters(context, workspace));
  json::array value;
  for (const service::ClusterView& view : views) value.push_back(compute_json(workspace, view));
  return http::json_response(200, json::serialize(json::object{{"value", std::move(value)}}));
}

base::Result<Response> operation_status(const service::Context& context,
                                        const PathParameters& parameters) {
  HP_TRY(const domain::Operation operation,
         service::get_operation(context, domain::OperationId(parameters.at("operation"))));
  static constexpr const char* kStates[] = {"InProgress", "Succeeded", "Failed"};
  const bool running = operation.state == domain::OperationState::InProgress;
  json::object body{{"id", operation.id.text()},
                    {"name", operation.id.text()},
                    {"status", kStates[static_cast<size_t>(operation.state)]},
                    {"startTime", base::to_iso8601(operation.started_at)},
                    {"percentComplete", running ? 50 : 100}};
  if (operation.ended_at) body["endTime"] = base::to_iso8601(*operation.ended_at);
  if (operation.state == domain::OperationState::Failed) {
    body["error"] = {{"code", operation.error_code}, {"message", operation.error_message}};
  }
  Response response = http::json_response(200, json::serialize(body));
  if (running) response.headers.set("Retry-After", "1");
  return response;
}

}  // namespace

void add_compute_routes(http::Router& router, const service::Context& context) {
  // azureml-core reads computes through the data plane, under /rp/workspaces.
  const std::string control = workspace_pattern() + "/computes";
  const std::string through_data = "/rp/workspaces" + control;
  for (const std::string& all : {control, through_data}) {
    const std::string one = all + "/{name}";
    router.add("GET", all,
               on_workspace(context, [&context](const auto&, const auto&, const auto& ws) {
                 return list_computes(context, ws);
               }));
    router.add("GET", one,
               on_workspace(context,
                            [&context](const auto&, const auto& parameters,
                                       const auto& ws) -> base::Result<Response> {
                              HP_TRY(const auto view,
                                     service::get_cluster(context, ws, parameters.at("name")));
                              return http::json_response(200,
                                                         json::serialize(compute_json(ws, view)));
                            }));
    router.add("POST", one + "/listNodes",
               on_workspace(context,
                            [&context](const auto&, const auto& parameters,
                                       const auto& ws) -> base::Result<Response> {
                              HP_TRY(const auto view,
                                     service::get_cluster(context, ws, parameters.at("name")));
                              return http::json_response(200, json::serialize(nodes_json(view)));
                            }));
  }
  const std::string one = control + "/{name}";
  using Change = base::Result<Response> (*)(const service::Context&, const Request&,
                                            const PathParameters&, const domain::Workspace&);
  const std::pair<const char*, Change> changes[] = {
      {"PUT", put_compute}, {"PATCH", patch_compute}, {"DELETE", delete_compute}};
  for (const auto& [method, change] : changes) {
    router.add(
        method, one,
        on_workspace(context, [&context, change = change](const auto& request,
                                                          const auto& parameters, const auto& ws) {
          return change(context, request, parameters, ws);
        }));
  }
  router.add("GET",
             fmt::format("/subscriptions/{{subscription}}/providers/{}/locations/{{location}}/"
                         "computeOperationsStatus/{{operation}}",
                         kProvider),
             owner_only([&context](const auto&, const auto& parameters) {
               return operation_status(context, parameters);
             }));
}

}  // namespace homeport::api::arm
