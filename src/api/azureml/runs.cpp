#include "service/runs.hpp"

#include <boost/json.hpp>

#include "api/azureml/data_plane.hpp"
#include "api/azureml/names.hpp"
#include "api/azureml/routes.hpp"
#include "api/azureml/run_filter.hpp"
#include "api/azureml/run_json.hpp"
#include "api/http/access.hpp"
#include "api/http/json.hpp"
#include "base/text.hpp"
#include "service/experiments.hpp"
#include "service/run_files.hpp"
#include "service/transactions.hpp"

namespace homeport::api::azureml {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

constexpr size_t kLargestPage = 1000;

domain::RunId run_of(const PathParameters& parameters) {
  return domain::RunId(parameters.at("run"));
}

Response one(const service::Context& context, const domain::Run& run) {
  const auto waits = run.state == domain::RunState::Queued
                         ? context.control.why(run.workspace_id, run.id)
                         : std::nullopt;
  return json_ok(json::serialize(run_json(run, waits)));
}

/// The experiment of the path, by name or by id; empty where the path names none.
base::Result<std::optional<domain::Experiment>> experiment_of(const service::Context& context,
                                                              const PathParameters& parameters,
                                                              const domain::Workspace& workspace) {
  const auto name = parameters.find("experiment");
  const auto id = parameters.find("experimentId");
  if (name != parameters.end()) {
    HP_TRY(auto found, service::get_experiment(context, workspace.id, name->second));
    return std::optional(std::move(found));
  }
  if (id == parameters.end()) return std::optional<domain::Experiment>();
  HP_TRY(auto found,
         service::get_experiment(context, workspace.id, domain::ExperimentId(id->second)));
  return std::optional(std::move(found));
}

base::Result<Response> get_run(const service::Context& context, const PathParameters& parameters,
                               const domain::Workspace& workspace) {
  HP_TRY(const domain::Run run, service::get_run(context, workspace.id, run_of(parameters)));
  return one(context, run);
}

/// A run's token may make a run that is not there yet, if it is to be a child of that run.
base::Result<void> check_may_write(const service::Context& context, const Request& request,
                                   const domain::WorkspaceId& workspace, const domain::RunId& run,
                                   const service::RunChange& change) {
  if (http::run_identity(request.principal) == nullptr) return base::success();
  const bool exists = service::get_run(context, workspace, run).has_value();
  if (!exists && change.parent_id) {
    return require_run_writer(context, request, workspace, *change.parent_id);
  }
  return require_run_writer(context, request, workspace, run);
}

base::Result<domain::Run> patch_one(const service::Context& context, const Request& request,
                                    const PathParameters& parameters,
                                    const domain::Workspace& workspace, const domain::RunId& id,
                                    const json::object& body) {
  HP_TRY(const service::RunChange change, parse_run_change(body));
  HP_TRYV(check_may_write(context, request, workspace.id, id, change));
  HP_TRY(const auto experiment, experiment_of(context, parameters, workspace));
  if (!experiment) return service::modify_run(context, workspace.id, id, change);
  return service::create_or_modify_run(context, workspace, experiment->name, id, change);
}

base::Result<Response> patch_run(const service::Context& context, const Request& request,
                                 const PathParameters& parameters,
                                 const domain::Workspace& workspace) {
  HP_TRY(const json::object body, http::json_object(request));
  HP_TRY(const domain::Run run,
         patch_one(context, request, parameters, workspace, run_of(parameters), body));
  return one(context, run);
}

base::Result<Response> patch_batch(const service::Context& context, const Request& request,
                                   const PathParameters& parameters,
                                   const domain::Workspace& workspace) {
  HP_TRY(const json::object body, http::json_object(request));
  json::object runs;
  json::object errors;
  const json::value* list = http::find_field(body, "runs");
  if (list == nullptr || !list->is_array()) {
    return base::invalid_argument("runs", "'runs' must be a list of runs");
  }
  for (const json::value& entry : list->get_array()) {
    if (!entry.is_object()) return base::invalid_argument("runs", "'runs' must hold objects");
    HP_TRY(const auto id, http::optional_string(entry.get_object(), "runId"));
    if (!id) return base::invalid_argument("runId", "each run needs a runId");
    const auto made =
        patch_one(context, request, parameters, workspace, domain::RunId(*id), entry.get_object());
    if (made.has_value()) {
      runs[*id] = run_json(made.value(), std::nullopt);
    } else {
      errors[*id] = json::object{
          {"error", json::object{{"code", "UserError"}, {"message", made.error().message}}}};
    }
  }
  return json_ok(
      json::serialize(json::object{{"runs", std::move(runs)}, {"errors", std::move(errors)}}));
}

/// Orders that clients ask for: the field does not matter to us beyond its direction, since runs
/// are created, started and numbered in the same order.
ledger::RunOrder order_of(const std::optional<std::string>& text) {
  const bool ascending = text && !base::to_lower(*text).ends_with("desc");
  return ascending ? ledger::RunOrder::CreatedAscending : ledger::RunOrder::CreatedDescending;
}

struct ListRequest {
  std::optional<std::string> filter;
  std::optional<std::string> continuation;
  std::optional<std::string> order;
  std::optional<int64_t> top;
};

base::Result<ListRequest> parse_list_request(const Request& request) {
  ListRequest list;
  if (request.method == "POST") {
    HP_TRY(const json::object body, http::json_object(request));
    HP_TRY(list.filter, http::optional_string(body, "filter"));
    HP_TRY(list.continuation, http::optional_string(body, "continuationToken"));
    HP_TRY(list.order, http::optional_string(body, "orderby"));
    HP_TRY(list.top, http::optional_integer(body, "top"));
    return list;
  }
  list.filter = request.parameter("$filter");
  list.continuation = request.parameter("$continuationToken");
  list.order = request.parameter("$orderby");
  if (const auto top = request.parameter("$top")) list.top = base::parse_integer(*top);
  return list;
}

base::Result<Response> list_runs(const service::Context& context, const Request& request,
                                 const PathParameters& parameters,
                                 const domain::Workspace& workspace) {
  HP_TRY(const ListRequest list, parse_list_request(request));
  ledger::RunQuery query;
  query.workspace_id = workspace.id;
  HP_TRY(const auto experiment, experiment_of(context, parameters, workspace));
  if (experiment) query.experiment_id = experiment->id;
  if (parameters.contains("run")) query.parent_id = run_of(parameters);
  if (parameters.contains("compute")) query.target = parameters.at("compute");
  HP_TRY(query.matches, parse_run_filter(list.filter.value_or("")));
  query.order = order_of(list.order);
  query.limit = static_cast<size_t>(std::clamp<int64_t>(list.top.value_or(100), 1, kLargestPage));
  query.continuation = list.continuation.value_or("");
  HP_TRY(const ledger::RunPage page, service::query_runs(context, query));
  json::array value;
  for (const domain::Run& run : page.runs) {
    const auto waits = run.state == domain::RunState::Queued
                           ? context.control.why(run.workspace_id, run.id)
                           : std::nullopt;
    value.push_back(run_json(run, waits));
  }
  json::object body{{"value", std::move(value)}};
  if (!page.continuation.empty()) body["continuationToken"] = page.continuation;
  return json_ok(json::serialize(body));
}

base::Result<Response> details(const service::Context& context, const Request& request,
                               const PathParameters& parameters, const domain::Workspace& workspace,
                               const BlobLink& link) {
  HP_TRY(const domain::Run run, service::get_run(context, workspace.id, run_of(parameters)));
  json::object body = run_details_json(run);
  HP_TRY(const auto files, service::list_artifacts(context, workspace, run, ""));
  json::object logs;
  for (const objects::ObjectInfo& file : files) {
    if (!is_log_file(run, file.name)) continue;
    logs[file.name] =
        link(request, service::artifact_object(workspace, run, file.name), LinkFor::Reading);
  }
  body["logFiles"] = std::move(logs);
  return json_ok(json::serialize(body));
}

base::Result<Response> delete_tags(const service::Context& context, const Request& request,
                                   const PathParameters& parameters,
                                   const domain::Workspace& workspace) {
  HP_TRY(const std::string text, http::body_text(request));
  HP_TRY(const json::value body, http::parse_json(text));
  const json::object wrapped = body.is_object() ? body.get_object() : json::object{{"tags", body}};
  service::RunChange change;
  HP_TRY(change.removed_tags, http::string_list(wrapped, "tags"));
  HP_TRY(const domain::Run run,
         service::modify_run(context, workspace.id, run_of(parameters), change));
  return one(context, run);
}

base::Result<Response> cancel(const service::Context& context, const PathParameters& parameters,
                              const domain::Workspace& workspace) {
  HP_TRY(const domain::Run run, service::cancel_run(context, workspace.id, run_of(parameters)));
  return one(context, run);
}

/// A fresh token for a run that asks with its old one.
base::Result<Response> token(const service::Context& context, const PathParameters& parameters,
                             const domain::Workspace& workspace) {
  HP_TRY(const domain::Run run, service::get_run(context, workspace.id, run_of(parameters)));
  constexpr std::chrono::hours kLifetime{24};
  const base::TimePoint now = context.clock.wall();
  const security::Secret fresh = context.keyring.issue_run_token(
      {workspace.id.text(), run.id.text(), run.experiment_name}, now, kLifetime);
  return json_ok(json::serialize(json::object{
      {"token", fresh.reveal()}, {"expiryTimeUtc", base::to_iso8601(now + kLifetime)}}));
}

}  // namespace

void add_run_routes(http::Router& router, const service::Context& context, const BlobLink& link) {
  const std::string base = workspace_route("/history/v1.0");
  using Operation = base::Result<Response> (*)(const service::Context&, const Request&,
                                               const PathParameters&, const domain::Workspace&);
  const auto add = [&](const char* method, const std::string& path, Access access,
                       Operation operation) {
    router.add(method, path,
               on_data_plane(context, access,
                             [&context, operation](const auto& request, const auto& parameters,
                                                   const auto& workspace) {
                               return operation(context, request, parameters, workspace);
                             }));
  };
  const std::string by_name = base + "/experiments/{experiment}";
  const std::string by_id = base + "/experimentids/{experimentId}";
  for (const std::string& scope : {by_name, by_id, base}) {
    const std::string run = scope + "/runs/{run}";
    add("GET", run, Access::Workspace,
        [](const auto& c, const auto&, const auto& p, const auto& w) { return get_run(c, p, w); });
    add("PATCH", run, Access::Workspace, patch_run);
    add("GET", run + "/children", Access::Workspace, list_runs);
    add("DELETE", run + "/tags", Access::OwnRun, delete_tags);
    add("POST", run + "/cancel", Access::OwnRun,
        [](const auto& c, const auto&, const auto& p, const auto& w) { return cancel(c, p, w); });
    add("GET", run + "/token", Access::OwnRun,
        [](const auto& c, const auto&, const auto& p, const auto& w) { return token(c, p, w); });
    add("POST", scope + "/runs:query", Access::Workspace, list_runs);
    router.add("GET", run + "/details",
               on_data_plane(context, Access::Workspace,
                             [&context, link](const auto& request, const auto& parameters,
                                              const auto& workspace) {
                               return details(context, request, parameters, workspace, link);
                             }));
  }
  add("PATCH", by_name + "/batch/runs", Access::Workspace, patch_batch);
  add("PATCH", by_id + "/batch/runs", Access::Workspace, patch_batch);
  add("GET", base + "/computes/{compute}/runs", Access::Workspace, list_runs);
}

}  // namespace homeport::api::azureml
