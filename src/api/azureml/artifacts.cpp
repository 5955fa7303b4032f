#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/azureml/data_plane.hpp"
#include "api/azureml/names.hpp"
#include "api/azureml/routes.hpp"
#include "api/http/json.hpp"
#include "base/text.hpp"
#include "objects/shares.hpp"
#include "service/run_files.hpp"
#include "service/runs.hpp"

namespace homeport::api::azureml {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

constexpr const char* kOrigin = "ExperimentRun";
constexpr uint64_t kMaxContent = 4ULL << 30;

/// One call's surroundings: whose artifacts, and how their URLs are made.
struct Call {
  const service::Context& context;
  const Request& request;
  const PathParameters& parameters;
  const domain::Workspace& workspace;
  const BlobLink& link;
  domain::Run run;
};

using Operation = base::Result<Response> (*)(const Call&);

/// The path of a file, which one dialect puts at the end of the URL and the other in a parameter.
base::Result<std::string> path_of(const Call& call) {
  const auto in_url = call.parameters.find("path");
  const std::string path = in_url != call.parameters.end()
                               ? in_url->second
                               : call.request.parameter("path").value_or("");
  if (path.empty()) return base::invalid_argument("path", "the path of the file must be given");
  return path;
}

std::string prefix_of(const Call& call) {
  const auto in_url = call.parameters.find("path");
  return in_url != call.parameters.end() ? in_url->second
                                         : call.request.parameter("path").value_or("");
}

json::object artifact_json(const domain::RunId& run, const std::string& path,
                           const std::string& created) {
  const std::string container = data_container(run.text());
  return {{"artifactId", fmt::format("{}/{}/{}", kOrigin, container, path)},
          {"origin", kOrigin},
          {"container", container},
          {"path", path},
          {"etag", nullptr},
          {"createdTime", created}};
}

json::object content_json(const Call& call, const std::string& path, LinkFor purpose) {
  return {
      {"contentUri",
       call.link(call.request, service::artifact_object(call.workspace, call.run, path), purpose)},
      {"origin", kOrigin},
      {"container", data_container(call.run.id.text())},
      {"path", path}};
}

/// What is written by a link is written as a blob, which a share has none of.
base::Result<json::object> writing_json(const Call& call, const std::string& path) {
  const auto object = service::artifact_object(call.workspace, call.run, path);
  if (objects::account_of_share(object.account)) {
    return base::not_implemented(fmt::format(
        "uploading '{}', which the run keeps in a share (write it into the share)", path));
  }
  return content_json(call, path, LinkFor::Writing);
}

Response page(json::array value) {
  return json_ok(json::serialize(json::object{{"value", std::move(value)}}));
}

base::Result<Response> list(const Call& call) {
  HP_TRY(const auto files,
         service::list_artifacts(call.context, call.workspace, call.run, prefix_of(call)));
  json::array value;
  for (const objects::ObjectInfo& file : files) {
    value.push_back(artifact_json(call.run.id, file.name, base::to_iso8601(file.created)));
  }
  return page(std::move(value));
}

base::Result<Response> content_info(const Call& call) {
  HP_TRY(const std::string path, path_of(call));
  HP_TRYV(service::find_artifact(call.context, call.workspace, call.run, path));
  return json_ok(json::serialize(content_json(call, path, LinkFor::Reading)));
}

base::Result<Response> write_info(const Call& call) {
  HP_TRY(const std::string path, path_of(call));
  HP_TRY(const json::object written, writing_json(call, path));
  return json_ok(json::serialize(written));
}

base::Result<Response> prefix_content_info(const Call& call) {
  HP_TRY(const auto files,
         service::list_artifacts(call.context, call.workspace, call.run, prefix_of(call)));
  json::array value;
  for (const objects::ObjectInfo& file : files) {
    value.push_back(content_json(call, file.name, LinkFor::Reading));
  }
  return page(std::move(value));
}

base::Result<Response> artifact_uri(const Call& call) {
  HP_TRY(const std::string path, path_of(call));
  HP_TRYV(service::find_artifact(call.context, call.workspace, call.run, path));
  const std::string uri =
      fmt::format("aml://artifactId/{}/{}/{}", kOrigin, data_container(call.run.id.text()), path);
  return json_ok(json::serialize(json::string(uri)));
}

base::Result<Response> metadata(const Call& call) {
  HP_TRY(const std::string path, path_of(call));
  HP_TRY(const auto file, service::find_artifact(call.context, call.workspace, call.run, path));
  return json_ok(json::serialize(artifact_json(call.run.id, path, base::to_iso8601(file.created))));
}

base::Result<Response> remove(const Call& call) {
  HP_TRY(const std::string path, path_of(call));
  HP_TRYV(
      call.context.objects.remove(service::artifact_object(call.workspace, call.run, path), {}));
  return Response{200};
}

base::Result<Response> read_content(const Call& call) {
  HP_TRY(const std::string path, path_of(call));
  HP_TRY(objects::OpenObject object,
         call.context.objects.open(service::artifact_object(call.workspace, call.run, path)));
  Response response;
  response.headers.set("Content-Type", "application/octet-stream");
  response.body = http::FileBody{
      std::make_shared<const base::FileDescriptor>(std::move(object.file)), 0, object.info.size};
  return response;
}

base::Result<Response> write_content(const Call& call) {
  HP_TRY(const std::string path, path_of(call));
  if (base::equals_ignoring_case(call.request.parameter("append").value_or("false"), "true")) {
    return base::not_implemented("appending to an artifact");
  }
  const http::Body& body = call.request.body;
  const objects::Content content =
      body.file ? objects::Content::of(*body.file, 0, body.size) : objects::Content::of(body.text);
  HP_TRY(const auto file,
         call.context.objects.put(service::artifact_object(call.workspace, call.run, path), content,
                                  {}));
  return json_ok(json::serialize(artifact_json(call.run.id, path, base::to_iso8601(file.created))));
}

/// What a client sends before it uploads several files: their paths; it gets a URL for each.
base::Result<Response> batch_metadata(const Call& call) {
  HP_TRY(const json::object body, http::json_object(call.request));
  const json::value* paths = http::find_field(body, "paths");
  if (paths == nullptr || !paths->is_array()) {
    return base::invalid_argument("paths", "'paths' must be a list of {\"path\": …}");
  }
  json::object artifacts;
  json::object contents;
  for (const json::value& entry : paths->get_array()) {
    if (!entry.is_object()) return base::invalid_argument("paths", "'paths' must hold objects");
    HP_TRY(const auto path, http::optional_string(entry.get_object(), "path"));
    if (!path || path->empty()) return base::invalid_argument("path", "a path must not be empty");
    artifacts[*path] =
        artifact_json(call.run.id, *path, base::to_iso8601(call.context.clock.wall()));
    HP_TRY(contents[*path], writing_json(call, *path));
  }
  return json_ok(json::serialize(json::object{{"artifacts", std::move(artifacts)},
                                              {"artifactContentInformation", std::move(contents)},
                                              {"errors", json::object()}}));
}

/// The run that the path names, as {run} or as the container of its artifacts; it must be there.
base::Result<domain::Run> run_of(const service::Context& context, const PathParameters& parameters,
                                 const domain::Workspace& workspace) {
  const auto named = parameters.find("run");
  std::string id = named == parameters.end() ? "" : named->second;
  if (id.empty()) {
    const auto& origin = parameters.at("origin");
    if (!base::equals_ignoring_case(origin, kOrigin)) {
      return base::not_implemented(fmt::format("artifacts of the origin '{}'", origin));
    }
    id = run_of_container(parameters.at("container")).value_or("");
  }
  return service::get_run(context, workspace.id, domain::RunId(id));
}

}  // namespace

void add_artifact_routes(http::Router& router, const service::Context& context,
                         const BlobLink& link) {
  const auto add = [&](const char* method, const std::string& path, Operation operation) {
    const bool reads = operation == list || operation == content_info ||
                       operation == prefix_content_info || operation == artifact_uri ||
                       operation == metadata || operation == read_content;
    router.add(
        method, path,
        on_data_plane(context, Access::Workspace,
                      [&context, link, operation, reads](
                          const Request& request, const PathParameters& parameters,
                          const domain::Workspace& workspace) -> base::Result<Response> {
                        HP_TRY(const domain::Run run, run_of(context, parameters, workspace));
                        if (!reads) {
                          HP_TRYV(require_run_writer(context, request, workspace.id, run.id));
                        }
                        return operation({context, request, parameters, workspace, link, run});
                      }),
        {.max_body_bytes = operation == write_content ? kMaxContent : 4ULL << 20});
  };
  const std::string history = workspace_route("/history/v1.0");
  for (const char* scope : {"/experiments/{experiment}", "/experimentids/{experimentId}"}) {
    const std::string run = history + scope + "/runs/{run}/artifacts";
    add("GET", run, list);
    for (const char* tail : {"", "/{path...}"}) {
      add("GET", run + "/path" + tail, list);
      add("GET", run + "/metadata" + tail, metadata);
      add("GET", run + "/contentinfo" + tail, content_info);
      add("GET", run + "/artifacturi" + tail, artifact_uri);
      add("GET", run + "/prefix/contentinfo" + tail, prefix_content_info);
    }
    add("POST", run + "/batch/metadata", batch_metadata);
  }
  // The published description names the file in a parameter, the SDK at the end of the path.
  const std::string all = workspace_route("/artifact/v2.0") + "/artifacts";
  const std::string container = "/{origin}/{container}";
  for (const auto& [word, operation] : {std::pair<const char*, Operation>{"/metadata", metadata},
                                        {"/content", read_content},
                                        {"/contentinfo", content_info},
                                        {"/write", write_info},
                                        {"/prefix/contentinfo", prefix_content_info}}) {
    add("GET", all + word + container + "/{path...}", operation);
    add("GET", all + container + word, operation);
  }
  add("DELETE", all + "/metadata" + container + "/{path...}", remove);
  add("DELETE", all + container + "/metadata", remove);
  add("POST", all + "/content" + container + "/{path...}", write_content);
  add("POST", all + container + "/content", write_content);
  add("POST", all + "/batch/metadata" + container, batch_metadata);
  add("POST", all + container + "/batch/metadata", batch_metadata);
  add("GET", all + container, list);
  add("GET", all + container + "/{path...}", list);
}

}  // namespace homeport::api::azureml
