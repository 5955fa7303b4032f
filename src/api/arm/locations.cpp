#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>

#include "api/arm/resource.hpp"
#include "api/arm/routes.hpp"
#include "domain/vm_size.hpp"

namespace homeport::api::arm {
namespace {

namespace json = boost::json;

json::array vm_sizes_json() {
  json::array sizes;
  for (const domain::VmSize& size : domain::vm_sizes()) {
    sizes.push_back({{"name", std::string(size.name)},
                     {"family", std::string(size.family)},
                     {"vCPUs", size.cores},
                     {"gpus", size.gpus},
                     {"osVhdSizeMB", 1047552},
                     {"maxResourceVolumeMB", size.temporary_disk_mib},
                     {"memoryGB", size.memory_gib},
                     {"lowPriorityCapable", size.low_priority_capable},
                     {"premiumIO", false}});
  }
  return sizes;
}

/// Cores in use by family: each node of a cluster counts as many as its size has.
base::Result<json::array> usages_json(const service::Context& context) {
  std::map<std::string, int64_t> used;
  HP_TRYV(context.ledger.read([&](ledger::Transaction& tx) -> base::Result<void> {
    HP_TRY(const auto clusters, tx.clusters().list_all());
    for (const domain::Cluster& cluster : clusters) {
      const domain::VmSize* size = domain::find_vm_size(cluster.vm_size);
      if (size == nullptr) continue;
      HP_TRY(const auto nodes, tx.nodes().list(cluster.id));
      used[std::string(size->family)] += static_cast<int64_t>(nodes.size()) * size->cores;
    }
    return base::success();
  }));
  json::array usages;
  for (const auto& [family, cores] : used) {
    usages.push_back({{"id", "/usages/" + family},
                      {"type", "Microsoft.MachineLearningServices/usages"},
                      {"unit", "Count"},
                      {"currentValue", cores},
                      {"name", {{"value", family}, {"localizedValue", family + " vCPUs"}}}});
  }
  return usages;
}

}  // namespace

void add_location_routes(http::Router& router, const service::Context& context) {
  const std::string location =
      fmt::format("/subscriptions/{{subscription}}/providers/{}/locations/{{location}}", kProvider);
  router.add("GET", location + "/vmSizes",
             owner_only([](const auto&, const auto&) -> base::Result<http::Response> {
               const json::array sizes = vm_sizes_json();
               return http::json_response(
                   200, json::serialize(json::object{{"amlCompute", sizes}, {"value", sizes}}));
             }));
  router.add("GET", location + "/usages",
             owner_only([&context](const auto&, const auto&) -> base::Result<http::Response> {
               HP_TRY(json::array usages, usages_json(context));
               return http::json_response(
                   200, json::serialize(json::object{{"value", std::move(usages)}}));
             }));
}

}  // namespace homeport::api::arm
