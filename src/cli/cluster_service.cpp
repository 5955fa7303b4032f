#include "cli/cluster_service.hpp"

#include <boost/json.hpp>

#include "base/text.hpp"
#include "cli/json.hpp"

namespace homeport::cli {
namespace {

namespace json = boost::json;

base::Result<std::string> computes_path(Client& client) {
  HP_TRY(const std::string workspace, client.workspace_path());
  return workspace + "/computes";
}

base::Result<std::string> compute_path(Client& client, const std::string& name) {
  HP_TRY(const std::string computes, computes_path(client));
  return computes + "/" + path_segment(name);
}

void set_scale(json::object& settings, const ClusterScale& scale) {
  if (scale.min_nodes) {
    settings["minNodeCount"] = *scale.min_nodes;
  }
  if (scale.max_nodes) {
    settings["maxNodeCount"] = *scale.max_nodes;
  }
  if (scale.idle_seconds) {
    settings["nodeIdleTimeBeforeScaleDown"] =
        base::to_iso8601_duration(std::chrono::seconds(*scale.idle_seconds));
  }
}

}  // namespace

base::Result<std::vector<json::value>> list_clusters(Client& client) {
  HP_TRY(const std::string computes, computes_path(client));
  HP_TRY(json::value page, client.get(computes + std::string(kArmVersion)));
  std::vector<json::value> clusters;
  while (true) {
    const auto& values = array_at(page, "/value");
    clusters.insert(clusters.end(), values.begin(), values.end());
    const std::string next = text_at(page, "/nextLink");
    const std::string& own = client.address().url;
    // A link of the server's own comes back whole; only its path may go out with the token.
    if (next.empty() || !next.starts_with(own + "/")) {
      return clusters;
    }
    HP_TRY(page, client.get(next.substr(own.size())));
  }
}

base::Result<json::value> get_cluster(Client& client, const std::string& name) {
  HP_TRY(const std::string path, compute_path(client, name));
  return client.get(path + std::string(kArmVersion));
}

base::Result<json::value> create_cluster(Client& client, const ClusterWish& wish) {
  if (const auto standing = get_cluster(client, wish.name)) {
    return base::already_exists("ClusterExists", "there is a cluster " + wish.name +
                                                     " already; change it with `homeport cluster "
                                                     "scale`, or delete it first");
  } else if (standing.error().code != base::ErrorCode::NotFound) {
    return standing.error();
  }
  HP_TRY(const std::string workspace_path, client.workspace_path());
  HP_TRY(const json::value workspace, client.get(workspace_path + std::string(kArmVersion)));
  json::object settings{{"minNodeCount", 0}, {"nodeIdleTimeBeforeScaleDown", "PT120S"}};
  set_scale(settings, wish.scale);
  const json::object body{{"location", at(workspace, "/location")},
                          {"properties",
                           {{"computeType", "AmlCompute"},
                            {"properties",
                             {{"vmSize", wish.vm_size},
                              {"vmPriority", wish.low_priority ? "LowPriority" : "Dedicated"},
                              {"scaleSettings", settings}}}}}};
  HP_TRY(const std::string path, compute_path(client, wish.name));
  return client.send_json("PUT", path + std::string(kArmVersion), body);
}

base::Result<json::value> scale_cluster(Client& client, const std::string& name,
                                        const ClusterScale& scale) {
  HP_TRY(const json::value cluster, get_cluster(client, name));
  json::object settings = object_at(cluster, "/properties/properties/scaleSettings");
  set_scale(settings, scale);
  HP_TRY(const std::string path, compute_path(client, name));
  return client.send_json(
      "PATCH", path + std::string(kArmVersion),
      json::object{{"properties", {{"properties", {{"scaleSettings", settings}}}}}});
}

base::Result<void> delete_cluster(Client& client, const std::string& name) {
  // ARM's DELETE of what is not there is a success; a person who misspells a name wants to know.
  HP_TRYV(get_cluster(client, name));
  HP_TRY(const std::string path, compute_path(client, name));
  HP_TRYV(
      client.send("DELETE", path + std::string(kArmVersion) + "&underlyingResourceAction=Delete"));
  return base::success();
}

base::Result<std::vector<json::value>> list_nodes(Client& client, const std::string& name) {
  HP_TRY(const std::string path, compute_path(client, name));
  HP_TRY(const json::value page,
         client.send_json("POST", path + "/listNodes" + std::string(kArmVersion), json::object{}));
  const auto& nodes = array_at(page, "/nodes");
  return std::vector<json::value>(nodes.begin(), nodes.end());
}

base::Result<json::value> evict_node(Client& client, const Eviction& eviction) {
  HP_TRY(const std::string workspace, client.own_workspace_path());
  return client.send_json(
      "POST",
      workspace + "/clusters/" + path_segment(eviction.cluster) + "/evict" +
          std::string(kOwnVersion),
      json::object{{"node", eviction.node}, {"gracePeriodSeconds", eviction.grace_seconds}});
}

json::object cluster_document(const json::value& cluster) {
  const json::value& own = at(cluster, "/properties/properties");
  json::object document;
  document["name"] = at(cluster, "/name");
  document["vmSize"] = at(own, "/vmSize");
  document["priority"] = at(own, "/vmPriority");
  document["state"] = at(cluster, "/properties/provisioningState");
  document["allocation"] = at(own, "/allocationState");
  document["currentNodes"] = at(own, "/currentNodeCount");
  document["targetNodes"] = at(own, "/targetNodeCount");
  document["nodeStates"] = object_at(own, "/nodeStateCounts");
  document["minNodes"] = at(own, "/scaleSettings/minNodeCount");
  document["maxNodes"] = at(own, "/scaleSettings/maxNodeCount");
  document["idleTime"] = at(own, "/scaleSettings/nodeIdleTimeBeforeScaleDown");
  document["errors"] = array_at(own, "/errors");
  return document;
}

}  // namespace homeport::cli
