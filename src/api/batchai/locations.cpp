#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/batchai/names.hpp"
#include "api/batchai/paging.hpp"
#include "api/batchai/resource.hpp"
#include "api/batchai/routes.hpp"
#include "service/operations.hpp"
#include "service/usages.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

/// What the provider can do, as role-based access control names it.
struct ProviderOperation {
  const char* name;  ///< after the provider
  const char* resource;
  const char* operation;
  const char* description;
};
constexpr ProviderOperation kOperations[] = {
    {"workspaces/read", "Workspace", "Read workspaces", "Lists workspaces or gets one"},
    {"workspaces/write", "Workspace", "Write workspaces", "Makes a workspace or changes its tags"},
    {"workspaces/delete", "Workspace", "Delete workspaces", "Deletes a workspace and its contents"},
    {"workspaces/clusters/read", "Cluster", "Read clusters", "Lists clusters or gets one"},
    {"workspaces/clusters/write", "Cluster", "Write clusters", "Makes a cluster or resizes it"},
    {"workspaces/clusters/delete", "Cluster", "Delete clusters", "Deletes a cluster"},
    {"workspaces/clusters/listRemoteLoginInformation/action", "Cluster",
     "List remote login information", "Lists the nodes of a cluster"},
    {"workspaces/experiments/read", "Experiment", "Read experiments",
     "Lists experiments or gets one"},
    {"workspaces/experiments/write", "Experiment", "Write experiments", "Makes an experiment"},
    {"workspaces/experiments/delete", "Experiment", "Delete experiments",
     "Deletes an experiment and its jobs"},
    {"workspaces/experiments/jobs/read", "Job", "Read jobs", "Lists jobs or gets one"},
    {"workspaces/experiments/jobs/write", "Job", "Write jobs", "Submits a job"},
    {"workspaces/experiments/jobs/delete", "Job", "Delete jobs", "Deletes a job"},
    {"workspaces/experiments/jobs/terminate/action", "Job", "Terminate jobs", "Ends a job"},
    {"workspaces/experiments/jobs/listOutputFiles/action", "Job", "List output files",
     "Lists the files of a job's output directory"},
    {"workspaces/experiments/jobs/listRemoteLoginInformation/action", "Job",
     "List remote login information", "Lists the nodes of a job"},
};

base::Result<Response> list_operations(const Request&, const PathParameters&) {
  json::array value;
  for (const ProviderOperation& operation : kOperations) {
    value.push_back({{"name", fmt::format("{}/{}", kProvider, operation.name)},
                     {"display",
                      {{"provider", "Batch AI of this Homeport"},
                       {"resource", operation.resource},
                       {"operation", operation.operation},
                       {"description", operation.description}}},
                     {"origin", "user,system"}});
  }
  return ok({{"value", std::move(value)}});
}

json::object usage_json(const std::string& name, int used, int limit) {
  return {{"unit", "Count"},
          {"currentValue", used},
          {"limit", limit},
          {"name", {{"value", name}, {"localizedValue", name}}}};
}

/// -1 is no limit.
base::Result<Response> list_usages(const service::Context& context) {
  HP_TRY(const service::Usages usages, service::get_usages(context));
  json::array value{usage_json("Cluster Count", usages.clusters, -1),
                    usage_json("Cluster Node Count", usages.nodes, usages.node_limit)};
  for (const service::CoreUsage& cores : usages.cores) {
    const bool low = cores.priority == domain::VmPriority::LowPriority;
    const std::string whose =
        cores.family.empty() ? "Total Cluster" : fmt::format("{} Cluster", cores.family);
    value.push_back(usage_json(fmt::format("{} {}vCPUs", whose, low ? "Low Priority " : ""),
                               cores.in_use, cores.limit));
  }
  return ok({{"value", std::move(value)}});
}

base::Result<Response> poll(const service::Context& context, const Request& request,
                            const PathParameters& parameters) {
  HP_TRY(const domain::Operation operation,
         service::get_operation(context, domain::OperationId(parameters.at("operation"))));
  json::object body{
      {"id", operation_url(request, parameters.at("subscription"), parameters.at("location"),
                           kOperationResults, operation.id)},
      {"name", operation.id.text()},
      {"status", operation_status(operation.state)},
      {"startTime", to_wire_time(operation.started_at)}};
  if (operation.ended_at) body["endTime"] = to_wire_time(*operation.ended_at);
  if (operation.state == domain::OperationState::Failed) {
    body["error"] = {{"code", operation.error_code}, {"message", operation.error_message}};
  }
  if (!operation.resource.empty()) body["properties"] = {{"resourceId", operation.resource}};
  Response response = ok(body);
  if (operation.state == domain::OperationState::InProgress) {
    response.headers.set("Retry-After", "1");
  }
  return response;
}

}  // namespace

void add_location_routes(http::Router& router, const service::Context& context) {
  router.add("GET", fmt::format("/providers/{}/operations", kProvider),
             owner_only(list_operations));
  router.add("GET", location_pattern() + "/usages",
             owner_only([&context](const auto&, const auto&) { return list_usages(context); }));
  for (const char* form : {kOperationResults, kOperationStatuses}) {
    router.add("GET", fmt::format("{}/{}/{{operation}}", location_pattern(), form),
               owner_only([&context](const auto& request, const auto& parameters) {
                 return poll(context, request, parameters);
               }));
  }
}

}  // namespace homeport::api::batchai
