#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/arm/resource.hpp"
#include "api/arm/routes.hpp"
#include "api/gateway/published_name.hpp"
#include "api/http/json.hpp"
#include "base/text.hpp"
#include "service/workspaces.hpp"

/// Microsoft.Storage: each workspace has one account of its own, so accounts are listed and read
/// here, and made with their workspace.
namespace homeport::api::arm {
namespace {

namespace json = boost::json;
using domain::Workspace;

constexpr const char* kType = "Microsoft.Storage/storageAccounts";
constexpr size_t kShortestName = 3;
constexpr size_t kLongestName = 24;

json::object to_json(const Workspace& workspace, const http::Request& request) {
  const std::string& account = workspace.storage_account;
  json::object endpoints;
  for (const char* service : {"blob", "file"}) {
    endpoints[service] = gateway::storage_endpoint(request, account, service) + "/";
  }
  return {{"id", fmt::format("/subscriptions/{}/resourceGroups/{}/providers/{}/{}",
                             workspace.key.subscription_id, workspace.key.resource_group, kType,
                             account)},
          {"name", account},
          {"type", kType},
          {"location", workspace.location},
          {"tags", json::object()},
          {"kind", "StorageV2"},
          {"sku", {{"name", "Standard_LRS"}, {"tier", "Standard"}}},
          {"properties",
           {{"provisioningState", "Succeeded"},
            {"creationTime", base::to_iso8601(workspace.created_at)},
            {"primaryLocation", workspace.location},
            {"statusOfPrimary", "available"},
            {"primaryEndpoints", std::move(endpoints)}}}};
}

base::Result<http::Response> list(const service::Context& context, const http::Request& request,
                                  const http::PathParameters& parameters) {
  const auto group = parameters.find("group");
  HP_TRY(const auto workspaces,
         service::list_workspaces(context, parameters.at("subscription"),
                                  group == parameters.end() ? "" : group->second));
  json::array value;
  for (const Workspace& workspace : workspaces) value.push_back(to_json(workspace, request));
  return http::json_response(200, json::serialize(json::object{{"value", std::move(value)}}));
}

base::Result<Workspace> find(const service::Context& context,
                             const http::PathParameters& parameters) {
  HP_TRY(const auto workspaces,
         service::list_workspaces(context, parameters.at("subscription"), parameters.at("group")));
  for (const Workspace& workspace : workspaces) {
    if (base::equals_ignoring_case(workspace.storage_account, parameters.at("account"))) {
      return workspace;
    }
  }
  return base::not_found("ResourceNotFound",
                         fmt::format("resource group '{}' has no storage account '{}'",
                                     parameters.at("group"), parameters.at("account")));
}

base::Result<http::Response> list_keys(const service::Context& context,
                                       const http::PathParameters& parameters) {
  HP_TRY(const Workspace workspace, find(context, parameters));
  HP_TRY(const security::Secret key,
         service::storage_account_key(context, workspace.storage_account));
  const json::array keys{{{"keyName", "key1"}, {"value", key.reveal()}, {"permissions", "FULL"}}};
  return http::json_response(200, json::serialize(json::object{{"keys", keys}}));
}

bool is_account_name(const std::string& name) {
  return name.size() >= kShortestName && name.size() <= kLongestName &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos;
}

base::Result<http::Response> check_name(const service::Context& context,
                                        const http::Request& request) {
  HP_TRY(const json::object body, http::json_object(request));
  HP_TRY(const auto given, http::optional_string(body, "name"));
  if (!given) return base::invalid_argument("name", "the name to check is missing");
  json::object answer{{"nameAvailable", true}};
  if (!is_account_name(*given)) {
    answer = {{"nameAvailable", false},
              {"reason", "AccountNameInvalid"},
              {"message", fmt::format("'{}' is no account name: {} to {} lower-case letters and "
                                      "digits",
                                      *given, kShortestName, kLongestName)}};
  } else if (service::storage_account_key(context, *given).has_value()) {
    answer = {{"nameAvailable", false},
              {"reason", "AlreadyExists"},
              {"message", fmt::format("the storage account '{}' is there already", *given)}};
  }
  return http::json_response(200, json::serialize(answer));
}

}  // namespace

void add_storage_account_routes(http::Router& router, const service::Context& context) {
  const std::string subscription = "/subscriptions/{subscription}";
  const std::string of_group = subscription + "/resourceGroups/{group}/providers/" + kType;
  const std::string one = of_group + "/{account}";
  for (const std::string& all : {subscription + std::string("/providers/") + kType, of_group}) {
    router.add("GET", all, owner_only([&context](const auto& request, const auto& parameters) {
                 return list(context, request, parameters);
               }));
  }
  router.add("GET", one,
             owner_only([&context](const auto& request,
                                   const auto& parameters) -> base::Result<http::Response> {
               HP_TRY(const Workspace workspace, find(context, parameters));
               return http::json_response(200, json::serialize(to_json(workspace, request)));
             }));
  router.add("POST", one + "/listKeys", owner_only([&context](const auto&, const auto& parameters) {
               return list_keys(context, parameters);
             }));
  router.add("POST", subscription + "/providers/Microsoft.Storage/checkNameAvailability",
             owner_only([&context](const auto& request, const auto&) {
               return check_name(context, request);
             }));
}

}  // namespace homeport::api::arm
