#include "api/arm/homeport_compute.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/arm/resource.hpp"
#include "api/http/json.hpp"
#include "service/evictions.hpp"
#include "service/runs.hpp"
#include "service/transactions.hpp"

namespace homeport::api::arm {
namespace {

namespace json = boost::json;
using http::PathParameters;
using http::Request;
using http::Response;

constexpr const char* kHomeportProvider = "Homeport.Compute";

base::Result<Response> why(const service::Context& context, const PathParameters& parameters,
                           const domain::Workspace& workspace) {
  const domain::RunId id(parameters.at("run"));
  HP_TRY(const domain::Run run, service::get_run(context, workspace.id, id));
  json::object body{{"state", domain::to_string(run.state)}, {"reason", nullptr}};
  const auto waits = context.control.why(workspace.id, id);
  if (waits) {
    body["reason"] = *waits;
  } else if (run.error) {
    body["reason"] = run.error->message;
  }
  return http::json_response(200, json::serialize(body));
}

base::Result<Response> evict(const service::Context& context, const Request& request,
                             const PathParameters& parameters, const domain::Workspace& workspace) {
  HP_TRY(const json::object body, http::json_object(request));
  HP_TRY(const auto node, http::optional_string(body, "node"));
  if (!node)
    return base::invalid_argument("node", "node must be given: its id, its host name or its index");
  HP_TRY(const auto grace, http::optional_integer(body, "gracePeriodSeconds"));
  const auto longest = std::chrono::seconds(service::kLongestGrace).count();
  if (grace && (*grace < 0 || *grace > longest)) {
    return base::invalid_argument("gracePeriodSeconds",
                                  fmt::format("gracePeriodSeconds is 0 to {}", longest));
  }
  HP_TRY(const domain::Node found,
         service::evict_node(context, workspace, parameters.at("cluster"), *node,
                             std::chrono::seconds(grace.value_or(0))));
  json::object answer{{"nodeId", found.id.text()}, {"hostName", found.host_name}};
  if (!found.run_id.empty()) answer["runId"] = found.run_id.text();
  return http::json_response(202, json::serialize(answer));
}

base::Result<Response> status(const service::Context& context, const ServerFacts& facts) {
  struct Counts {
    size_t nodes = 0;
    size_t queued = 0;
    size_t running = 0;
    size_t gpus = 0;  ///< leased
  };
  HP_TRY(const Counts counts,
         service::read(context.ledger, [](ledger::Transaction& tx) -> base::Result<Counts> {
           HP_TRY(const auto nodes, tx.nodes().list_all());
           HP_TRY(const auto runs, tx.runs().list_unfinished());
           HP_TRY(const auto attempts, tx.attempts().list_live());
           Counts found{nodes.size(), 0, 0, 0};
           for (const domain::Attempt& attempt : attempts) found.gpus += attempt.gpus.size();
           for (const domain::Run& run : runs) {
             ++(run.state == domain::RunState::Queued ? found.queued : found.running);
           }
           return found;
         }));
  const auto list = [](const std::vector<std::string>& texts) {
    return json::array(texts.begin(), texts.end());
  };
  json::object body{{"version", facts.version},
                    {"startedAt", base::to_iso8601(facts.started_at)},
                    {"dataDirectory", facts.data_directory},
                    {"nodes", {{"capacity", facts.node_capacity}, {"used", counts.nodes}}},
                    {"runs", {{"queued", counts.queued}, {"running", counts.running}}},
                    {"gpus", {{"count", context.gpus}, {"used", counts.gpus}}},
                    {"controlGroups", list(facts.control_groups)},
                    {"limits", list(facts.limits)}};
  if (!facts.emulator_url.empty()) body["storageEmulator"] = facts.emulator_url;
  return http::json_response(200, json::serialize(body));
}

base::Result<Response> login_link(const Request& request, const MakeLoginLink& make) {
  HP_TRY(const json::object body, http::json_object(request));
  HP_TRY(const auto return_to, http::optional_string(body, "returnTo"));
  const LoginLink link = make(return_to.value_or(""));
  return http::json_response(
      200, json::serialize(json::object{{"url", request.origin() + link.path},
                                        {"expiresAt", base::to_iso8601(link.expires_at)}}));
}

}  // namespace

void add_homeport_compute_routes(http::Router& router, const service::Context& context,
                                 std::function<ServerFacts()> facts,
                                 MakeLoginLink make_login_link) {
  router.add("GET", workspace_pattern(kHomeportProvider) + "/runs/{run}/why",
             on_workspace(context, [&context](const auto&, const auto& parameters, const auto& ws) {
               return why(context, parameters, ws);
             }));
  router.add("POST", workspace_pattern(kHomeportProvider) + "/clusters/{cluster}/evict",
             on_workspace(context, [&context](const auto& request, const auto& parameters,
                                              const auto& workspace) {
               return evict(context, request, parameters, workspace);
             }));
  const std::string provider = std::string("/providers/") + kHomeportProvider;
  router.add("GET", provider + "/status",
             owner_only([&context, facts = std::move(facts)](const auto&, const auto&) {
               return status(context, facts());
             }));
  router.add("POST", provider + "/loginLinks",
             owner_only([make = std::move(make_login_link)](const auto& request, const auto&) {
               return login_link(request, make);
             }));
}

}  // namespace homeport::api::arm
