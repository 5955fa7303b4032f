#include "service/workspaces.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/arm/resource.hpp"
#include "api/arm/routes.hpp"
#include "api/http/json.hpp"
#include "domain/names.hpp"

namespace homeport::api::arm {
namespace {

namespace json = boost::json;

/// Azure's path of a resource that stands for a part of the workspace.
std::string sibling_id(const domain::WorkspaceKey& key, const char* type, const std::string& name) {
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/{}/{}", key.subscription_id,
                     key.resource_group, type, name);
}

json::object to_json(const domain::Workspace& workspace, const std::string& origin) {
  return {{"id", workspace_id(workspace.key)},
          {"name", workspace.key.name},
          {"type", "Microsoft.MachineLearningServices/workspaces"},
          {"location", workspace.location},
          {"tags", http::to_object(workspace.tags)},
          {"sku", {{"name", "Basic"}, {"tier", "Basic"}}},
          {"properties",
           {{"workspaceId", workspace.id.text()},
            {"friendlyName", workspace.friendly_name},
            {"description", workspace.description},
            {"creationTime", base::to_iso8601(workspace.created_at)},
            {"storageAccount", sibling_id(workspace.key, "Microsoft.Storage/storageAccounts",
                                          workspace.storage_account)},
            {"discoveryUrl", origin + "/discovery"},
            {"provisioningState", "Succeeded"}}}};
}

base::Result<http::Response> put_workspace(const service::Context& context,
                                           const http::Request& request,
                                           const http::PathParameters& parameters) {
  HP_TRY(const json::object body, http::json_object(request));
  HP_TRY(const json::object properties, http::object_field(body, "properties"));
  service::WorkspaceDraft draft;
  draft.key = workspace_key(parameters);
  if (service::get_workspace(context, draft.key).has_error()) {
    HP_TRYV(domain::check_workspace_name(draft.key.name, "workspaceName"));
  }
  HP_TRY(const auto location, http::optional_string(body, "location"));
  HP_TRY(const auto friendly_name, http::optional_string(properties, "friendlyName"));
  HP_TRY(const auto description, http::optional_string(properties, "description"));
  HP_TRY(draft.tags, http::string_map(body, "tags"));
  draft.location = location.value_or("");
  draft.friendly_name = friendly_name.value_or("");
  draft.description = description.value_or("");
  HP_TRY(const domain::Workspace workspace, service::create_workspace(context, draft));
  return http::json_response(200, json::serialize(to_json(workspace, request.origin())));
}

http::Response list_response(const std::vector<domain::Workspace>& workspaces,
                             const http::Request& request) {
  json::array value;
  for (const domain::Workspace& workspace : workspaces) {
    value.push_back(to_json(workspace, request.origin()));
  }
  return http::json_response(200, json::serialize(json::object{{"value", std::move(value)}}));
}

base::Result<http::Response> list(const service::Context& context, const http::Request& request,
                                  const http::PathParameters& parameters) {
  const auto group = parameters.find("group");
  HP_TRY(const auto workspaces,
         service::list_workspaces(context, parameters.at("subscription"),
                                  group == parameters.end() ? "" : group->second));
  return list_response(workspaces, request);
}

base::Result<http::Response> list_keys(const service::Context& context,
                                       const domain::Workspace& workspace) {
  HP_TRY(const security::Secret key,
         service::storage_account_key(context, workspace.storage_account));
  return http::json_response(
      200,
      json::serialize(json::object{
          {"userStorageKey", key.reveal()},
          {"userStorageResourceId", sibling_id(workspace.key, "Microsoft.Storage/storageAccounts",
                                               workspace.storage_account)}}));
}

}  // namespace

void add_workspace_routes(http::Router& router, const service::Context& context) {
  const std::string one = workspace_pattern();
  const std::string all = one.substr(0, one.rfind('/'));
  router.add("PUT", one, owner_only([&context](const auto& request, const auto& parameters) {
               return put_workspace(context, request, parameters);
             }));
  router.add(
      "GET", one,
      on_workspace(
          context,
          [](const auto& request, const auto&, const auto& found) -> base::Result<http::Response> {
            return http::json_response(200, json::serialize(to_json(found, request.origin())));
          }));
  router.add("PATCH", one,
             owner_only([&context](const auto& request,
                                   const auto& parameters) -> base::Result<http::Response> {
               HP_TRYV(service::get_workspace(context, workspace_key(parameters)));
               return put_workspace(context, request, parameters);
             }));
  router.add(
      "DELETE", one,
      owner_only([&context](const auto&, const auto& parameters) -> base::Result<http::Response> {
        HP_TRYV(service::delete_workspace(context, workspace_key(parameters)));
        return http::Response{200};
      }));
  const auto list_handler = owner_only([&context](const auto& request, const auto& parameters) {
    return list(context, request, parameters);
  });
  router.add("GET", all, list_handler);
  router.add("GET",
             fmt::format("/subscriptions/{{subscription}}/providers/{}/workspaces", kProvider),
             list_handler);
  router.add("GET", "/subscriptions/{subscription}/resources", list_handler);
  router.add(
      "POST", one + "/listKeys",
      owner_only([&context](const auto&, const auto& parameters) -> base::Result<http::Response> {
        HP_TRY(const auto workspace, service::get_workspace(context, workspace_key(parameters)));
        return list_keys(context, workspace);
      }));
}

}  // namespace homeport::api::arm
