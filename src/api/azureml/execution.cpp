#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>

#include "api/azureml/data_plane.hpp"
#include "api/azureml/routes.hpp"
#include "api/azureml/run_definition.hpp"
#include "api/http/access.hpp"
#include "api/http/json.hpp"
#include "api/http/multipart.hpp"
#include "service/runs.hpp"
#include "service/snapshots.hpp"

namespace homeport::api::azureml {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

/// Room for the largest snapshot that clients send (300 MB) and its form.
constexpr uint64_t kMaxSubmission = 320ULL << 20;
constexpr uint64_t kMaxUnpacked = 2ULL << 30;

/// Bytes as an unlinked file, for what works on descriptors.
base::Result<base::FileDescriptor> as_file(const service::Context& context,
                                           std::string_view bytes) {
  base::FileDescriptor file(
      ::open(context.data_directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file.valid()) return base::system_error("cannot keep the snapshot", errno);
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::system_error("cannot keep the snapshot", errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return file;
}

base::Result<void> check_script(const domain::RunSpec& spec, const std::set<std::string>& names) {
  if (spec.script.empty() || names.contains(spec.script)) return base::success();
  return base::invalid_argument(
      "script",
      fmt::format("the entry script '{}' is not in the project folder that was sent", spec.script));
}

base::Result<Response> submit(const service::Context& context, const Request& request,
                              const PathParameters& parameters, const domain::Workspace& workspace,
                              const json::object& definition,
                              const std::optional<domain::ProjectSnapshot>& snapshot,
                              const EnvironmentWarnings& warnings) {
  HP_TRY(ParsedDefinition parsed, parse_run_definition(definition));
  service::RunDraft draft;
  draft.id = domain::RunId(request.parameter("runId").value_or(""));
  draft.experiment_name = parameters.at("experiment");
  draft.parent_id = domain::RunId(parsed.parent_run_id);
  draft.run_type = parsed.run_type;
  draft.definition = std::move(parsed.configuration);
  for (std::string& text : warnings(parsed.spec.environment)) {
    draft.warnings.push_back({"environment", std::move(text)});
  }
  for (const domain::DataReference& reference : parsed.spec.data) {
    if (!reference.path_on_compute.starts_with('/')) continue;
    draft.warnings.push_back(
        {"data", fmt::format("the data of '{}' is not at {} but in the run's own folder; the "
                             "reference in the arguments names the place",
                             reference.name, reference.path_on_compute)});
  }
  draft.properties["_azureml.ComputeTargetType"] = "amlcompute";
  draft.properties["ProcessInfoFile"] = "azureml-logs/process_info.json";
  draft.properties["ProcessStatusFile"] = "azureml-logs/process_status.json";
  if (snapshot) draft.properties["ContentSnapshotId"] = snapshot->id.text();
  draft.spec = std::move(parsed.spec);
  HP_TRY(const auto kept, http::optional_string(definition, "snapshotId"));
  if (!snapshot && kept && !kept->empty()) {
    draft.spec.snapshot_id = domain::SnapshotId(*kept);
    HP_TRYV(service::get_snapshot(context, workspace.id, draft.spec.snapshot_id));
    draft.properties["ContentSnapshotId"] = *kept;
  }
  if (const security::RunIdentity* submitter = http::run_identity(request.principal)) {
    // A script may submit, but only below itself.
    if (draft.parent_id.empty()) draft.parent_id = domain::RunId(submitter->run_id);
    HP_TRYV(require_run_writer(context, request, workspace.id, draft.parent_id));
  }
  HP_TRY(const domain::Run run,
         service::submit_run(context, workspace, std::move(draft), snapshot));
  return json_ok(json::serialize(json::object{{"runId", run.id.text()}}));
}

base::Result<Response> start_run(const service::Context& context, const Request& request,
                                 const PathParameters& parameters,
                                 const domain::Workspace& workspace,
                                 const EnvironmentWarnings& warnings) {
  HP_TRY(const auto form, http::Form::parse(request));
  const http::FormPart* definition = form->find("runDefinitionFile");
  const http::FormPart* project = form->find("projectZipFile");
  if (definition == nullptr || project == nullptr) {
    return base::invalid_argument(definition == nullptr ? "runDefinitionFile" : "projectZipFile",
                                  "the form must hold runDefinitionFile and projectZipFile");
  }
  HP_TRY(const json::value document, http::parse_json(definition->content));
  if (!document.is_object()) {
    return base::invalid_argument("runDefinitionFile", "the definition must be a JSON object");
  }
  // What can be wrong with the form itself is found before anything is kept.
  HP_TRY(const ParsedDefinition parsed, parse_run_definition(document.get_object()));
  HP_TRY(const base::FileDescriptor zip, as_file(context, project->content));
  HP_TRY(const auto names, service::zip_file_names(zip, kMaxUnpacked));
  HP_TRYV(check_script(parsed.spec, names));
  HP_TRY(const domain::ProjectSnapshot snapshot,
         service::keep_snapshot(context, workspace.id, domain::SnapshotId(), zip));
  auto answer =
      submit(context, request, parameters, workspace, document.get_object(), snapshot, warnings);
  // Refused, or the same run sent again: nobody will ask for these bytes.
  if (service::get_snapshot(context, workspace.id, snapshot.id).has_error()) {
    service::drop_snapshot(context, snapshot);
  }
  return answer;
}

/// A run of a project that is kept already, or of none: the definition is the whole body.
base::Result<Response> snapshot_run(const service::Context& context, const Request& request,
                                    const PathParameters& parameters,
                                    const domain::Workspace& workspace,
                                    const EnvironmentWarnings& warnings) {
  HP_TRY(const json::object definition, http::json_object(request));
  return submit(context, request, parameters, workspace, definition, std::nullopt, warnings);
}

}  // namespace

void add_execution_routes(http::Router& router, const service::Context& context,
                          const EnvironmentWarnings& warnings) {
  const std::string base = workspace_route("/execution/v1.0") + "/experiments/{experiment}";
  router.add("POST", base + "/startrun",
             on_data_plane(context, Access::Workspace,
                           [&context, warnings](const auto& request, const auto& parameters,
                                                const auto& workspace) {
                             return start_run(context, request, parameters, workspace, warnings);
                           }),
             {.max_body_bytes = kMaxSubmission});
  router.add("POST", base + "/snapshotrun",
             on_data_plane(context, Access::Workspace,
                           [&context, warnings](const auto& request, const auto& parameters,
                                                const auto& workspace) {
                             return snapshot_run(context, request, parameters, workspace, warnings);
                           }));
  for (const char* unbuilt : {"localrun", "localprepare", "startlocalrun", "prepare",
                              "checkprepare", "snapshotprepare", "snapshotcheckprepare", "clean"}) {
    router.add(
        "POST", base + "/" + unbuilt,
        on_data_plane(context, Access::Workspace,
                      [unbuilt](const auto&, const auto&, const auto&) -> base::Result<Response> {
                        return base::not_implemented(
                            fmt::format("the execution operation '{}'", unbuilt));
                      }),
        {.max_body_bytes = kMaxSubmission});
  }
  router.add(
      "POST", base + "/runId/{run}/cancel",
      on_data_plane(context, Access::OwnRun,
                    [&context](const auto&, const auto& parameters,
                               const auto& workspace) -> base::Result<Response> {
                      HP_TRY(const domain::Run run,
                             service::cancel_run(context, workspace.id,
                                                 domain::RunId(parameters.at("run"))));
                      return json_ok(json::serialize(json::object{{"runId", run.id.text()}}));
                    }));
}

}  // namespace homeport::api::azureml
