#include "service/workspaces.hpp"

#include <boost/json.hpp>

#include "api/arm/resource.hpp"
#include "api/batchai/models.hpp"
#include "api/batchai/names.hpp"
#include "api/batchai/paging.hpp"
#include "api/batchai/resource.hpp"
#include "api/batchai/routes.hpp"
#include "api/http/json.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

json::object workspace_json(const domain::Workspace& workspace) {
  const std::string created = to_wire_time(workspace.created_at);
  return {{"id", workspace_id(workspace.key)},
          {"name", workspace.key.name},
          {"type", "Microsoft.BatchAI/workspaces"},
          {"location", workspace.location},
          {"properties",
           {{"provisioningState", workspace.deletion.empty() ? kSucceeded : kDeleting},
            {"provisioningStateTransitionTime", created},
            {"creationTime", created}}},
          {"tags", http::to_object(workspace.tags)}};
}

Response workspace_response(const domain::Workspace& workspace) {
  Response response = ok(workspace_json(workspace));
  response.headers.set("ETag", "\"" + service::version_of(workspace) + "\"");
  return response;
}

base::Result<Response> put_workspace(const service::Context& context, const Request& request,
                                     const PathParameters& parameters) {
  HP_TRY(const json::object body, http::json_object(request));
  HP_TRY(const Conformed given, conform(kWorkspaceParameters, body, ""));
  service::WorkspaceDraft draft;
  draft.key = arm::workspace_key(parameters);
  draft.location = std::string(given.value.at("location").as_string());
  HP_TRY(draft.tags, http::string_map(body, "tags"));
  HP_TRY(const domain::Workspace workspace,
         service::create_workspace(context, draft, precondition_of(request)));
  return workspace_response(workspace);
}

base::Result<Response> patch_workspace(const Call& call) {
  HP_TRY(const json::object body, http::json_object(call.request));
  if (http::find_field(body, "tags") == nullptr) return workspace_response(call.workspace);
  HP_TRY(const auto tags, http::string_map(body, "tags"));
  HP_TRY(const domain::Workspace workspace,
         service::tag_workspace(call.context, call.workspace.key, tags,
                                precondition_of(call.request)));
  return workspace_response(workspace);
}

base::Result<Response> list_workspaces(const service::Context& context, const Request& request,
                                       const PathParameters& parameters) {
  HP_TRY(const Page page, page_of(request));
  const auto group = parameters.find("group");
  HP_TRY(const auto workspaces,
         service::list_workspaces(context, parameters.at("subscription"),
                                  group == parameters.end() ? "" : group->second));
  std::vector<Entry> entries;
  for (const domain::Workspace& workspace : workspaces) {
    entries.push_back(
        {workspace.key.resource_group + "/" + workspace.key.name, workspace_json(workspace)});
  }
  return page_of_all(request, page, std::move(entries));
}

base::Result<Response> delete_workspace(const service::Context& context, const Request& request,
                                        const PathParameters& parameters) {
  const domain::WorkspaceKey key = arm::workspace_key(parameters);
  const auto found = service::get_workspace(context, key);
  // Deleted twice is deleted.
  if (found.has_error() && found.error().code == base::ErrorCode::NotFound) return Response{204};
  HP_TRY(const domain::Workspace workspace, found);
  HP_TRY(const domain::Operation operation,
         service::delete_workspace_and_contents(context, key, operation_resource(workspace.key, {}),
                                                precondition_of(request)));
  return accepted(Call{context, request, parameters, workspace}, operation);
}

}  // namespace

void add_workspace_routes(http::Router& router, const service::Context& context) {
  const std::string one = workspace_pattern();
  router.add("PUT", one, owner_only([&context](const auto& request, const auto& parameters) {
               return put_workspace(context, request, parameters);
             }));
  router.add("GET", one, in_workspace(context, [](const Call& call) -> base::Result<Response> {
               return workspace_response(call.workspace);
             }));
  router.add("PATCH", one, in_workspace(context, patch_workspace));
  router.add("DELETE", one, owner_only([&context](const auto& request, const auto& parameters) {
               return delete_workspace(context, request, parameters);
             }));
  const auto list = owner_only([&context](const auto& request, const auto& parameters) {
    return list_workspaces(context, request, parameters);
  });
  router.add("GET", one.substr(0, one.rfind('/')), list);
  router.add("GET",
             std::string("/subscriptions/{subscription}/providers/") + kProvider + "/workspaces",
             list);
}

}  // namespace homeport::api::batchai
