#include "api/azureml/run_json.hpp"

#include <boost/json/parse.hpp>

#include "api/azureml/names.hpp"
#include "api/http/json.hpp"

namespace homeport::api::azureml {
namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<base::TimePoint>& time) {
  if (!time) return nullptr;
  return json::string(base::to_iso8601(*time));
}

json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return json::string(text);
}

json::value error_json(const domain::Run& run) {
  if (!run.error) return nullptr;
  json::object error{
      {"code", run.error->code}, {"message", run.error->message}, {"details", json::array()}};
  json::object outer{{"error", std::move(error)}};
  if (run.ended_at) outer["time"] = base::to_iso8601(*run.ended_at);
  return outer;
}

json::array warnings_json(const domain::Run& run) {
  json::array warnings;
  for (const domain::RunWarning& warning : run.warnings) {
    warnings.push_back(json::object{{"source", warning.source}, {"message", warning.message}});
  }
  return warnings;
}

/// The definition as its client wrote it; what that client sent was checked to be JSON.
json::value definition_json(const domain::Run& run) {
  if (run.definition.empty()) return nullptr;
  json::error_code error;
  json::value definition = json::parse(run.definition, error);
  return error ? json::value(nullptr) : definition;
}

}  // namespace

json::object run_json(const domain::Run& run, const std::optional<std::string>& waits) {
  json::object body{{"runNumber", run.number},
                    {"rootRunId", run.root_id.text()},
                    {"experimentId", run.experiment_id.text()},
                    {"experimentName", run.experiment_name},
                    {"createdUtc", base::to_iso8601(run.created_at)},
                    {"runId", run.id.text()},
                    {"parentRunId", text_or_null(run.parent_id.text())},
                    {"runUuid", run.uuid},
                    {"dataContainerId", data_container(run.id.text())},
                    {"status", status_name(run.state)},
                    {"startTimeUtc", time_or_null(run.started_at)},
                    {"endTimeUtc", time_or_null(run.ended_at)},
                    {"heartbeatEnabled", false},
                    {"name", text_or_null(run.display_name)},
                    {"displayName", text_or_null(run.display_name)},
                    {"description", text_or_null(run.description)},
                    {"hidden", run.hidden},
                    {"runType", text_or_null(run.run_type)},
                    {"scriptName", text_or_null(run.script_name)},
                    {"target", text_or_null(run.target)},
                    {"tags", http::to_object(run.tags)},
                    {"properties", http::to_object(run.properties)},
                    {"runDefinition", definition_json(run)},
                    {"error", error_json(run)},
                    {"warnings", warnings_json(run)},
                    {"revision", run.revision}};
  if (waits) body["queueingInfo"] = {{"code", "Queued"}, {"message", *waits}};
  return body;
}

json::object run_details_json(const domain::Run& run) {
  json::object body{{"runId", run.id.text()},
                    {"target", text_or_null(run.target)},
                    {"status", status_name(run.state)},
                    {"startTimeUtc", time_or_null(run.started_at)}};
  if (run.ended_at) body["endTimeUtc"] = base::to_iso8601(*run.ended_at);
  if (run.error) body["error"] = error_json(run);
  if (!run.warnings.empty()) body["warnings"] = warnings_json(run);
  body["properties"] = http::to_object(run.properties);
  body["inputDatasets"] = json::array();
  body["outputDatasets"] = json::array();
  body["runDefinition"] = definition_json(run);
  return body;
}

json::object experiment_json(const domain::Experiment& experiment) {
  return {{"experimentId", experiment.id.text()},
          {"name", experiment.name},
          {"description", text_or_null(experiment.description)},
          {"createdUtc", base::to_iso8601(experiment.created_at)},
          {"archivedTime", time_or_null(experiment.archived_at)},
          {"tags", http::to_object(experiment.tags)}};
}

base::Result<service::RunChange> parse_run_change(const json::object& body) {
  service::RunChange change;
  HP_TRY(const auto parent, http::optional_string(body, "parentRunId"));
  if (parent) change.parent_id = domain::RunId(*parent);
  HP_TRY(change.display_name, http::optional_string(body, "displayName"));
  if (!change.display_name) {
    HP_TRY(change.display_name, http::optional_string(body, "name"));
  }
  HP_TRY(change.description, http::optional_string(body, "description"));
  HP_TRY(change.run_type, http::optional_string(body, "runType"));
  HP_TRY(change.script_name, http::optional_string(body, "scriptName"));
  HP_TRY(change.target, http::optional_string(body, "target"));
  HP_TRY(change.hidden, http::optional_bool(body, "hidden"));
  HP_TRY(change.tags, http::string_map(body, "tags"));
  HP_TRY(change.properties, http::string_map(body, "properties"));
  return change;
}

}  // namespace homeport::api::azureml
