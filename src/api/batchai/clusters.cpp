#include "service/clusters.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/batchai/cluster_draft.hpp"
#include "api/batchai/cluster_json.hpp"
#include "api/batchai/names.hpp"
#include "api/batchai/node_json.hpp"
#include "api/batchai/paging.hpp"
#include "api/batchai/resource.hpp"
#include "api/batchai/routes.hpp"
#include "api/batchai/schema.hpp"
#include "api/http/json.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;
using http::Response;

Response cluster_response(const Call& call, const service::ClusterView& view) {
  Response response = ok(cluster_json(call.workspace, view));
  response.headers.set("ETag", "\"" + service::version_of(view.cluster) + "\"");
  return response;
}

base::Result<service::ClusterView> find(const Call& call) {
  const std::string& name = call.parameter("cluster");
  auto found = service::get_cluster(call.context, call.workspace, name);
  if (found.has_error() && found.error().code == base::ErrorCode::NotFound) {
    return cluster_not_found(name);
  }
  return found;
}

base::Result<service::ClusterView> rescale(const Call& call, const domain::Cluster& cluster,
                                           const domain::ScaleSettings& scale,
                                           const service::Precondition& precondition) {
  service::ScaleChange change;
  change.settings = scale;
  auto changed =
      service::scale_cluster(call.context, call.workspace, cluster.name, change, precondition,
                             operation_resource(call.workspace.key, {cluster.name}));
  if (changed.has_error()) return scale_error(changed.error());
  return std::move(changed).value().view;
}

/// A PUT of a cluster that is there may give it another scale; anything else is fixed.
base::Result<service::ClusterView> put_again(const Call& call, const service::ClusterView& view,
                                             const service::ClusterDraft& draft,
                                             service::Precondition precondition) {
  const domain::Cluster& cluster = view.cluster;
  const std::string version = service::version_of(cluster);
  HP_TRYV(service::check_precondition(precondition, &version));
  if (cluster.vm_size != draft.vm_size) {
    return wrong_field("properties.vmSize",
                       fmt::format("of cluster {} is {} and cannot be changed; delete it and make "
                                   "it anew",
                                   cluster.name, cluster.vm_size));
  }
  if (cluster.definition != draft.definition) {
    return base::conflict("ClusterExists",
                          fmt::format("The cluster {} exists with other parameters, of which only "
                                      "scaleSettings may be changed; delete it and make it anew",
                                      cluster.name));
  }
  if (cluster.scale == draft.scale) return view;
  precondition.versions = {version};
  return rescale(call, cluster, draft.scale, precondition);
}

base::Result<Response> put_cluster(const Call& call) {
  HP_TRY(const json::object body, http::json_object(call.request));
  HP_TRY(const service::ClusterDraft draft,
         parse_cluster(call.workspace, call.parameter("cluster"), body, call.context.keyring));
  const service::Precondition precondition = precondition_of(call.request);
  const auto known = find(call);
  if (known.has_value() && known.value().cluster.state == domain::ClusterState::Active) {
    HP_TRY(const auto view, put_again(call, known.value(), draft, precondition));
    return cluster_response(call, view);
  }
  const auto made = service::create_cluster(call.context, call.workspace, draft, precondition);
  if (made.has_error()) return scale_error(made.error());
  return cluster_response(call, made.value().view);
}

base::Result<Response> patch_cluster(const Call& call) {
  HP_TRY(const json::object body, http::json_object(call.request));
  HP_TRY(const auto scale, parse_scale_change(body));
  HP_TRY(const service::ClusterView view, find(call));
  if (!scale) return cluster_response(call, view);
  HP_TRY(const service::ClusterView changed,
         rescale(call, view.cluster, *scale, precondition_of(call.request)));
  return cluster_response(call, changed);
}

base::Result<Response> get_cluster(const Call& call) {
  HP_TRY(const service::ClusterView view, find(call));
  return cluster_response(call, view);
}

base::Result<Response> list_clusters(const Call& call) {
  HP_TRY(const Page page, page_of(call.request));
  HP_TRY(const auto views, service::list_clusters(call.context, call.workspace));
  std::vector<Entry> entries;
  for (const service::ClusterView& view : views) {
    entries.push_back({view.cluster.name, cluster_json(call.workspace, view)});
  }
  return page_of_all(call.request, page, std::move(entries));
}

base::Result<Response> delete_cluster(const Call& call) {
  const auto found = find(call);
  // Deleted twice is deleted.
  if (found.has_error() && found.error().code == base::ErrorCode::NotFound) return Response{204};
  HP_TRY(const service::ClusterView view, found);
  HP_TRY(const auto change,
         service::delete_cluster(call.context, call.workspace, view.cluster.name,
                                 precondition_of(call.request),
                                 operation_resource(call.workspace.key, {view.cluster.name})));
  return accepted(call, change.operation);
}

base::Result<Response> list_nodes(const Call& call) {
  HP_TRY(const Page page, page_of(call.request));
  HP_TRY(const service::ClusterView view, find(call));
  return page_of_all(call.request, page, login_entries(view.nodes));
}

}  // namespace

void add_cluster_routes(http::Router& router, const service::Context& context) {
  const std::string all = workspace_pattern() + "/clusters";
  const std::string one = all + "/{cluster}";
  router.add("GET", all, in_workspace(context, list_clusters));
  router.add("PUT", one, in_workspace(context, put_cluster));
  router.add("PATCH", one, in_workspace(context, patch_cluster));
  router.add("GET", one, in_workspace(context, get_cluster));
  router.add("DELETE", one, in_workspace(context, delete_cluster));
  // POST by the specification; some clients GET the next page.
  for (const char* method : {"POST", "GET"}) {
    router.add(method, one + "/listRemoteLoginInformation", in_workspace(context, list_nodes));
  }
}

}  // namespace homeport::api::batchai
