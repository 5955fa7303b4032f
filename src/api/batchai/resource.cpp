#include "api/batchai/resource.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/arm/resource.hpp"
#include "api/batchai/names.hpp"
#include "api/batchai/schema.hpp"
#include "api/http/access.hpp"
#include "base/text.hpp"
#include "domain/names.hpp"
#include "service/workspaces.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

/// Parameters of paths that name a resource of ours, and what a client calls them.
constexpr std::pair<const char*, const char*> kNames[] = {{"workspace", "workspaceName"},
                                                          {"experiment", "experimentName"},
                                                          {"cluster", "clusterName"},
                                                          {"job", "jobName"}};

base::Result<void> check_names(const PathParameters& parameters) {
  for (const auto& [parameter, field] : kNames) {
    const auto given = parameters.find(parameter);
    if (given == parameters.end()) continue;
    HP_TRYV(domain::check_resource_name(given->second, field));
  }
  return base::success();
}

/// In the words of this dialect.
base::Result<Response> in_our_words(base::Result<Response> outcome) {
  if (outcome.has_error()) return translated(outcome.error());
  return outcome;
}

/// The text between the quotes of each ETag of a header.
std::vector<std::string> versions_in(std::string_view header) {
  std::vector<std::string> versions;
  for (const std::string& part : base::split(header, ',')) {
    std::string_view tag = base::trim(part);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') {
      tag = tag.substr(1, tag.size() - 2);
    }
    versions.emplace_back(tag);
  }
  return versions;
}

}  // namespace

std::string workspace_id(const domain::WorkspaceKey& key) {
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/{}/workspaces/{}",
                     key.subscription_id, key.resource_group, kProvider, key.name);
}

std::string experiment_id(const domain::WorkspaceKey& key, const std::string& experiment) {
  return fmt::format("{}/experiments/{}", workspace_id(key), experiment);
}

std::string cluster_id(const domain::WorkspaceKey& key, const std::string& cluster) {
  return fmt::format("{}/clusters/{}", workspace_id(key), cluster);
}

std::string job_id(const domain::WorkspaceKey& key, const std::string& experiment,
                   const std::string& job) {
  return fmt::format("{}/jobs/{}", experiment_id(key, experiment), job);
}

base::Result<ClusterReference> parse_cluster_id(const std::string& text, const std::string& field) {
  const std::vector<std::string> parts = base::split(text, '/');
  const auto is = [&](size_t at, std::string_view word) {
    return base::equals_ignoring_case(parts[at], word);
  };
  const bool shaped = parts.size() == 11 && parts[0].empty() && is(1, "subscriptions") &&
                      is(3, "resourceGroups") && is(5, "providers") && is(7, "workspaces");
  const bool ours = shaped && is(6, kProvider) && is(9, "clusters");
  const bool azureml = shaped && is(6, arm::kProvider) && is(9, "computes");
  if (ours || azureml) return ClusterReference{{parts[2], parts[4], parts[8]}, parts[10]};
  return wrong_field(field,
                     fmt::format("must be the id of a cluster, "
                                 "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/{}/"
                                 "workspaces/WORKSPACE/clusters/CLUSTER, not '{}'",
                                 kProvider, text));
}

std::string workspace_pattern() {
  return arm::workspace_pattern(kProvider);
}

std::string location_pattern() {
  return fmt::format("/subscriptions/{{subscription}}/providers/{}/locations/{{location}}",
                     kProvider);
}

http::Handler owner_only(Operation operation) {
  return arm::owner_only(
      [operation = std::move(operation)](
          const Request& request, const PathParameters& parameters) -> base::Result<Response> {
        HP_TRYV(check_names(parameters));
        return in_our_words(operation(request, parameters));
      });
}

http::Handler in_workspace(const service::Context& context, WorkspaceOperation operation) {
  return arm::guarded(
      arm::Callers::RunsMayRead,
      [&context, operation = std::move(operation)](
          const Request& request, const PathParameters& parameters) -> base::Result<Response> {
        HP_TRYV(check_names(parameters));
        const domain::WorkspaceKey key = arm::workspace_key(parameters);
        auto workspace = service::get_workspace(context, key);
        if (workspace.has_error() && workspace.error().code == base::ErrorCode::NotFound) {
          return workspace_not_found(key.name);
        }
        HP_TRY(const domain::Workspace found, std::move(workspace));
        HP_TRYV(http::require_member(request.principal, found.id.text()));
        return in_our_words(operation(Call{context, request, parameters, found}));
      });
}

Response ok(const json::object& body) {
  return http::json_response(200, json::serialize(body));
}

std::string operation_url(const Request& request, const std::string& subscription,
                          const std::string& location, const char* form,
                          const domain::OperationId& operation) {
  return fmt::format("{}/subscriptions/{}/providers/{}/locations/{}/{}/{}", request.origin(),
                     subscription, kProvider, base::percent_encode(location), form,
                     operation.text());
}

Response accepted(const Call& call, const domain::Operation& operation) {
  Response response;
  response.status = 202;
  const auto url = [&](const char* form) {
    return fmt::format("{}?api-version={}",
                       operation_url(call.request, call.workspace.key.subscription_id,
                                     call.workspace.location, form, operation.id),
                       kApiVersion);
  };
  response.headers.set("Azure-AsyncOperation", url(kOperationResults));
  response.headers.set("Location", url(kOperationStatuses));
  response.headers.set("Retry-After", "1");
  return response;
}

std::string operation_resource(const domain::WorkspaceKey& key,
                               const std::vector<std::string>& names) {
  std::vector<std::string> parts{key.subscription_id, key.resource_group, key.name};
  parts.insert(parts.end(), names.begin(), names.end());
  return base::join(parts, "$");
}

service::Precondition precondition_of(const Request& request) {
  service::Precondition precondition;
  const std::string_view match = request.headers.get("If-Match");
  if (!match.empty() && base::trim(match) != "*") precondition.versions = versions_in(match);
  precondition.absent = base::trim(request.headers.get("If-None-Match")) == "*";
  return precondition;
}

}  // namespace homeport::api::batchai
