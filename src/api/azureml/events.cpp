#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/azureml/data_plane.hpp"
#include "api/azureml/routes.hpp"
#include "api/http/json.hpp"
#include "service/runs.hpp"

namespace homeport::api::azureml {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

constexpr std::string_view kPrefix = "Microsoft.MachineLearning.Run.";

base::Result<base::TimePoint> time_in(const json::object& data, const char* field,
                                      base::TimePoint otherwise) {
  HP_TRY(const auto text, http::optional_string(data, field));
  if (!text) return otherwise;
  return base::parse_iso8601(*text);
}

base::Result<void> record_error(const service::Context& context,
                                const domain::WorkspaceId& workspace, const domain::RunId& run,
                                const json::object& data) {
  HP_TRY(const json::object response, http::object_field(data, "ErrorResponse"));
  HP_TRY(const json::object error, http::object_field(response, "error"));
  HP_TRY(const auto code, http::optional_string(error, "code"));
  HP_TRY(const auto message, http::optional_string(error, "message"));
  HP_TRYV(service::set_run_error(context, workspace, run,
                                 {code.value_or("UserError"), message.value_or("")}));
  return base::success();
}

/// One event of a run (the names of wire protocol: Start, Completed, Failed, Canceled,
/// CancelRequested, Warning, Error; Heartbeat, Queued and QueueingInfo change nothing that we do
/// not know better).
base::Result<void> record(const service::Context& context, const domain::WorkspaceId& workspace,
                          const domain::RunId& run, const json::object& event) {
  HP_TRY(const auto full_name, http::optional_string(event, "name"));
  HP_TRY(const json::object data, http::object_field(event, "data"));
  if (!full_name || !full_name->starts_with(kPrefix)) {
    return base::invalid_argument("name",
                                  "an event needs a name that begins with " + std::string(kPrefix));
  }
  const std::string name = full_name->substr(kPrefix.size());
  const base::TimePoint now = context.clock.wall();
  if (name == "Start") {
    HP_TRY(const auto when, time_in(data, "StartTime", now));
    HP_TRYV(
        service::record_client_event(context, workspace, run, service::ClientEvent::Start, when));
  } else if (name == "Completed" || name == "Failed" || name == "Canceled") {
    HP_TRY(const auto when, time_in(data, "EndTime", now));
    const service::ClientEvent end = name == "Completed" ? service::ClientEvent::Completed
                                     : name == "Failed"  ? service::ClientEvent::Failed
                                                         : service::ClientEvent::Canceled;
    HP_TRYV(service::record_client_event(context, workspace, run, end, when));
  } else if (name == "CancelRequested") {
    HP_TRYV(service::cancel_run(context, workspace, run));
  } else if (name == "Warning") {
    HP_TRY(const auto source, http::optional_string(data, "Source"));
    HP_TRY(const auto message, http::optional_string(data, "Message"));
    HP_TRYV(service::add_run_warning(context, workspace, run,
                                     {source.value_or(""), message.value_or("")}));
  } else if (name == "Error") {
    HP_TRYV(record_error(context, workspace, run, data));
  } else if (name != "Heartbeat" && name != "Queued" && name != "QueueingInfo") {
    return base::not_implemented(fmt::format("the run event '{}'", *full_name));
  }
  return base::success();
}

base::Result<Response> post_one(const service::Context& context, const Request& request,
                                const PathParameters& parameters,
                                const domain::Workspace& workspace) {
  HP_TRY(const json::object event, http::json_object(request));
  HP_TRYV(record(context, workspace.id, domain::RunId(parameters.at("run")), event));
  return Response{200};
}

/// A batch names the run of each event in its data.
base::Result<Response> post_batch(const service::Context& context, const Request& request,
                                  const domain::Workspace& workspace) {
  HP_TRY(const json::object body, http::json_object(request));
  const json::value* events = http::find_field(body, "events");
  if (events == nullptr || !events->is_array()) {
    return base::invalid_argument("events", "'events' must be a list");
  }
  json::array errors;
  for (const json::value& event : events->get_array()) {
    if (!event.is_object()) return base::invalid_argument("events", "'events' must hold objects");
    HP_TRY(const json::object data, http::object_field(event.get_object(), "data"));
    HP_TRY(const auto id, http::optional_string(data, "RunId"));
    const domain::RunId run(id.value_or(""));
    base::Result<void> done = require_run_writer(context, request, workspace.id, run);
    if (done.has_value()) done = record(context, workspace.id, run, event.get_object());
    if (done.has_error()) {
      errors.push_back(json::object{{"key", run.text()}, {"value", done.error().message}});
    }
  }
  return json_ok(json::serialize(json::object{{"errors", std::move(errors)}}));
}

}  // namespace

void add_event_routes(http::Router& router, const service::Context& context) {
  const std::string base = workspace_route("/history/v1.0");
  for (const std::string& scope :
       {base + "/experiments/{experiment}", base + "/experimentids/{experimentId}", base}) {
    router.add("POST", scope + "/runs/{run}/events",
               on_data_plane(
                   context, Access::OwnRun,
                   [&context](const auto& request, const auto& parameters, const auto& workspace) {
                     return post_one(context, request, parameters, workspace);
                   }));
    router.add("POST", scope + "/batch/events",
               on_data_plane(context, Access::Workspace,
                             [&context](const auto& request, const auto&, const auto& workspace) {
                               return post_batch(context, request, workspace);
                             }));
  }
}

}  // namespace homeport::api::azureml
