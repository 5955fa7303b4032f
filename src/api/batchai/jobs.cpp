#include <boost/json.hpp>

#include "api/batchai/directories.hpp"
#include "api/batchai/job_call.hpp"
#include "api/batchai/job_draft.hpp"
#include "api/batchai/job_json.hpp"
#include "api/batchai/names.hpp"
#include "api/batchai/node_json.hpp"
#include "api/batchai/paging.hpp"
#include "api/batchai/resource.hpp"
#include "api/batchai/routes.hpp"
#include "api/batchai/schema.hpp"
#include "api/http/json.hpp"
#include "service/clusters.hpp"
#include "service/experiments.hpp"
#include "service/runs.hpp"
#include "service/transactions.hpp"
#include "service/workspaces.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;
using http::Response;

bool is_missing(const base::Error& error) {
  return error.code == base::ErrorCode::NotFound;
}

/// Each job with when it got its nodes last.
base::Result<std::vector<json::object>> shown(const Call& call,
                                              const std::vector<domain::Run>& jobs) {
  return service::read(
      call.context.ledger, [&](ledger::Transaction& tx) -> base::Result<std::vector<json::object>> {
        std::vector<json::object> all;
        for (const domain::Run& job : jobs) {
          std::optional<base::TimePoint> claimed_at;
          if (job.attempts > 0) {
            HP_TRY(const auto attempt, tx.attempts().find_latest(job.workspace_id, job.id));
            if (attempt) claimed_at = attempt->claimed_at;
          }
          all.push_back(job_json(call.workspace, job, claimed_at));
        }
        return all;
      });
}

base::Result<Response> job_response(const Call& call, const domain::Run& job) {
  HP_TRY(const auto jobs, shown(call, {job}));
  return ok(jobs.front());
}

std::string resource_of(const Call& call, const domain::Run& job) {
  return operation_resource(call.workspace.key, {job.experiment_name, job.name});
}

base::Result<domain::Cluster> find_cluster(const Call& call, const ClusterReference& reference) {
  const auto workspace = service::get_workspace(call.context, reference.workspace);
  if (workspace.has_error()) {
    return is_missing(workspace.error()) ? workspace_not_found(reference.workspace.name)
                                         : workspace.error();
  }
  const auto view = service::get_cluster(call.context, workspace.value(), reference.name);
  if (view.has_error()) {
    return is_missing(view.error()) ? cluster_not_found(reference.name) : view.error();
  }
  return view.value().cluster;
}

/// The core's error about a field, which it calls as this service does, with where that stood. Only
/// beside the cluster, or when all is known, does such an error show.
base::Error placed(const Launch& launch, base::Error error) {
  for (const char* counted : {"processCount", "workerCount", "parameterServerCount"}) {
    if (error.target == counted) return wrong_field(launch.settings + "." + counted, error.message);
  }
  if (error.target == "nodeCount") return wrong_field("properties.nodeCount", error.message);
  return error;
}

base::Result<Response> put_job(const Call& call, const EnvironmentWarnings& warnings) {
  const std::string& name = call.parameter("job");
  HP_TRY(const domain::Experiment experiment, experiment_of(call));
  HP_TRY(const json::object body, http::json_object(call.request));
  HP_TRY(const JobParameters parameters, parse_job(body, call.context.keyring));
  // What was submitted stays the same job, also when its cluster has gone since.
  const auto known = service::find_run(call.context, call.workspace.id, experiment.name, name);
  const bool same = known.has_value() && known.value().deletion.empty() &&
                    known.value().definition == parameters.definition;
  if (same) return job_response(call, known.value());
  HP_TRY(const domain::Cluster cluster, find_cluster(call, parameters.cluster));
  if (cluster.state == domain::ClusterState::Deleting) {
    return base::conflict("ClusterDeleting", "The cluster of the job is being deleted");
  }
  HP_TRY(service::RunDraft draft,
         draft_job(call.context, call.workspace, experiment.name, name, parameters, cluster));
  for (std::string& text : warnings(draft.spec.environment)) {
    draft.warnings.push_back({"environment", std::move(text)});
  }
  auto submitted =
      service::submit_run(call.context, call.workspace, std::move(draft), std::nullopt);
  if (submitted.has_error()) return placed(parameters.launch, submitted.error());
  HP_TRY(const domain::Run job, std::move(submitted));
  return job_response(call, job);
}

base::Result<Response> get_job(const Call& call) {
  HP_TRY(const domain::Run job, job_of(call));
  return job_response(call, job);
}

base::Result<Response> list_jobs(const Call& call) {
  HP_TRY(const Page page, page_of(call.request));
  HP_TRY(const domain::Experiment experiment, experiment_of(call));
  ledger::RunQuery query;
  query.workspace_id = call.workspace.id;
  query.experiment_id = experiment.id;
  query.include_hidden = true;
  query.matches = [](const domain::Run& run) { return run.run_type == kRunType; };
  query.order = ledger::RunOrder::CreatedAscending;
  query.limit = page.size;
  query.continuation = page.after;
  HP_TRY(const ledger::RunPage found, service::query_runs(call.context, query));
  HP_TRY(const auto jobs, shown(call, found.runs));
  return page_response(call.request, json::array(jobs.begin(), jobs.end()), found.continuation);
}

base::Result<Response> delete_job(const Call& call) {
  const auto found = job_of(call);
  // Deleted twice is deleted.
  if (found.has_error() && is_missing(found.error())) return Response{204};
  HP_TRY(const domain::Run job, found);
  HP_TRY(const auto deletion,
         service::delete_run(call.context, call.workspace.id, job.id, resource_of(call, job)));
  return deletion.operation ? accepted(call, *deletion.operation) : Response{200};
}

base::Result<Response> terminate_job(const Call& call) {
  HP_TRY(const domain::Run job, job_of(call));
  HP_TRY(const auto termination,
         service::terminate_run(call.context, call.workspace.id, job.id, resource_of(call, job)));
  return termination.operation ? accepted(call, *termination.operation) : Response{200};
}

/// The nodes that serve the job or did so last, as far as they are still there.
base::Result<Response> list_nodes(const Call& call) {
  HP_TRY(const Page page, page_of(call.request));
  HP_TRY(const domain::Run job, job_of(call));
  HP_TRY(const auto nodes,
         service::read(call.context.ledger,
                       [&](ledger::Transaction& tx) -> base::Result<std::vector<domain::Node>> {
                         std::vector<domain::Node> there;
                         HP_TRY(const auto attempt,
                                tx.attempts().find_latest(job.workspace_id, job.id));
                         if (!attempt) return there;
                         for (const domain::NodeId& id : attempt->nodes) {
                           HP_TRY(auto node, tx.nodes().find(id));
                           if (node) there.push_back(std::move(*node));
                         }
                         return there;
                       }));
  return page_of_all(call.request, page, login_entries(nodes));
}

}  // namespace

void add_job_routes(http::Router& router, const service::Context& context,
                    const EnvironmentWarnings& warnings) {
  const std::string all = workspace_pattern() + "/experiments/{experiment}/jobs";
  const std::string one = all + "/{job}";
  router.add("GET", all, in_workspace(context, list_jobs));
  router.add("PUT", one, in_workspace(context, [warnings](const Call& call) {
               return put_job(call, warnings);
             }));
  router.add("GET", one, in_workspace(context, get_job));
  router.add("DELETE", one, in_workspace(context, delete_job));
  router.add("POST", one + "/terminate", in_workspace(context, terminate_job));
  // POST by the specification; some clients GET the next page.
  for (const char* method : {"POST", "GET"}) {
    router.add(method, one + "/listRemoteLoginInformation", in_workspace(context, list_nodes));
  }
}

}  // namespace homeport::api::batchai
