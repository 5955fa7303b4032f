#include "service/experiments.hpp"

#include <boost/json.hpp>

#include "api/batchai/job_call.hpp"
#include "api/batchai/names.hpp"
#include "api/batchai/paging.hpp"
#include "api/batchai/resource.hpp"
#include "api/batchai/routes.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;
using http::Response;

json::object experiment_json(const domain::Workspace& workspace,
                             const domain::Experiment& experiment) {
  const std::string created = to_wire_time(experiment.created_at);
  return {{"id", experiment_id(workspace.key, experiment.name)},
          {"name", experiment.name},
          {"type", "Microsoft.BatchAI/workspaces/experiments"},
          {"properties",
           {{"provisioningState", experiment.deletion.empty() ? kSucceeded : kDeleting},
            {"provisioningStateTransitionTime", created},
            {"creationTime", created}}}};
}

base::Result<Response> put_experiment(const Call& call) {
  HP_TRY(const domain::Experiment experiment,
         service::ensure_experiment(call.context, call.workspace.id, call.parameter("experiment")));
  return ok(experiment_json(call.workspace, experiment));
}

base::Result<Response> get_experiment(const Call& call) {
  HP_TRY(const domain::Experiment experiment, experiment_of(call));
  return ok(experiment_json(call.workspace, experiment));
}

base::Result<Response> list_experiments(const Call& call) {
  HP_TRY(const Page page, page_of(call.request));
  HP_TRY(const auto experiments,
         service::list_experiments(call.context, call.workspace.id, service::ExperimentView::All));
  std::vector<Entry> entries;
  for (const domain::Experiment& experiment : experiments) {
    entries.push_back({experiment.name, experiment_json(call.workspace, experiment)});
  }
  return page_of_all(call.request, page, std::move(entries));
}

base::Result<Response> delete_experiment(const Call& call) {
  const auto found = experiment_of(call);
  if (found.has_error() && found.error().code == base::ErrorCode::NotFound) return Response{204};
  HP_TRY(const domain::Experiment experiment, found);
  HP_TRY(const domain::Operation operation,
         service::delete_experiment(call.context, call.workspace.id, experiment.name,
                                    operation_resource(call.workspace.key, {experiment.name})));
  return accepted(call, operation);
}

}  // namespace

void add_experiment_routes(http::Router& router, const service::Context& context) {
  const std::string all = workspace_pattern() + "/experiments";
  const std::string one = all + "/{experiment}";
  router.add("GET", all, in_workspace(context, list_experiments));
  router.add("PUT", one, in_workspace(context, put_experiment));
  router.add("GET", one, in_workspace(context, get_experiment));
  router.add("DELETE", one, in_workspace(context, delete_experiment));
}

}  // namespace homeport::api::batchai
