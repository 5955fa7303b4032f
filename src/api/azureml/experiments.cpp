#include "service/experiments.hpp"

#include <boost/json.hpp>

#include "api/azureml/data_plane.hpp"
#include "api/azureml/routes.hpp"
#include "api/azureml/run_json.hpp"
#include "api/http/json.hpp"
#include "base/text.hpp"

namespace homeport::api::azureml {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

Response one(const domain::Experiment& experiment) {
  return json_ok(json::serialize(experiment_json(experiment)));
}

service::ExperimentView view_of(const std::optional<std::string>& text) {
  if (text && base::equals_ignoring_case(*text, "All")) return service::ExperimentView::All;
  if (text && base::equals_ignoring_case(*text, "ArchivedOnly")) {
    return service::ExperimentView::Archived;
  }
  return service::ExperimentView::Active;
}

base::Result<Response> query(const service::Context& context, const Request& request,
                             const domain::Workspace& workspace) {
  HP_TRY(const json::object body, http::json_object(request));
  HP_TRY(auto view, http::optional_string(body, "viewType"));
  if (!view) view = request.parameter("viewType");
  HP_TRY(const auto experiments, service::list_experiments(context, workspace.id, view_of(view)));
  json::array value;
  for (const domain::Experiment& experiment : experiments) {
    value.push_back(experiment_json(experiment));
  }
  return json_ok(json::serialize(json::object{{"value", std::move(value)}}));
}

base::Result<Response> modify(const service::Context& context, const Request& request,
                              const PathParameters& parameters,
                              const domain::Workspace& workspace) {
  HP_TRY(const json::object body, http::json_object(request));
  service::ExperimentChange change;
  HP_TRY(change.description, http::optional_string(body, "description"));
  HP_TRY(change.archive, http::optional_bool(body, "archive"));
  HP_TRY(change.tags, http::string_map(body, "tags"));
  HP_TRY(const auto experiment,
         service::modify_experiment(context, workspace.id,
                                    domain::ExperimentId(parameters.at("experimentId")), change));
  return one(experiment);
}

base::Result<Response> delete_tags(const service::Context& context, const Request& request,
                                   const PathParameters& parameters,
                                   const domain::Workspace& workspace) {
  HP_TRY(const std::string text, http::body_text(request));
  HP_TRY(const json::value body, http::parse_json(text));
  // One client sends {"tags": [...]}, the published description a bare list.
  const json::object wrapped = body.is_object() ? body.get_object() : json::object{{"tags", body}};
  service::ExperimentChange change;
  HP_TRY(change.removed_tags, http::string_list(wrapped, "tags"));
  HP_TRYV(service::modify_experiment(context, workspace.id,
                                     domain::ExperimentId(parameters.at("experimentId")), change));
  return json_ok(R"({"errors":{}})");
}

}  // namespace

void add_experiment_routes(http::Router& router, const service::Context& context) {
  const std::string base = workspace_route("/history/v1.0");
  const std::string by_name = base + "/experiments/{experiment}";
  const std::string by_id = base + "/experimentids/{experimentId}";
  router.add("GET", by_name,
             on_data_plane(context, Access::Workspace,
                           [&context](const auto&, const auto& parameters,
                                      const auto& workspace) -> base::Result<Response> {
                             HP_TRY(const auto experiment,
                                    service::get_experiment(context, workspace.id,
                                                            parameters.at("experiment")));
                             return one(experiment);
                           }));
  router.add("POST", by_name,
             on_data_plane(context, Access::Workspace,
                           [&context](const auto&, const auto& parameters,
                                      const auto& workspace) -> base::Result<Response> {
                             HP_TRY(const auto experiment,
                                    service::ensure_experiment(context, workspace.id,
                                                               parameters.at("experiment")));
                             return one(experiment);
                           }));
  router.add("GET", by_id,
             on_data_plane(context, Access::Workspace,
                           [&context](const auto&, const auto& parameters,
                                      const auto& workspace) -> base::Result<Response> {
                             HP_TRY(const auto experiment,
                                    service::get_experiment(
                                        context, workspace.id,
                                        domain::ExperimentId(parameters.at("experimentId"))));
                             return one(experiment);
                           }));
  router.add(
      "PATCH", by_id,
      on_data_plane(context, Access::Owner,
                    [&context](const auto& request, const auto& parameters, const auto& workspace) {
                      return modify(context, request, parameters, workspace);
                    }));
  router.add("POST", base + "/experiments:query",
             on_data_plane(context, Access::Workspace,
                           [&context](const auto& request, const auto&, const auto& workspace) {
                             return query(context, request, workspace);
                           }));
  const auto tags =
      on_data_plane(context, Access::Owner,
                    [&context](const auto& request, const auto& parameters, const auto& workspace) {
                      return delete_tags(context, request, parameters, workspace);
                    });
  router.add("POST", by_id + "/tags:delete", tags);
  router.add("DELETE", by_id + "/tags", tags);
}

}  // namespace homeport::api::azureml
