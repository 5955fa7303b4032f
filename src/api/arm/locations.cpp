#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/arm/resource.hpp"
#include "api/arm/routes.hpp"
#include "domain/vm_size.hpp"
#include "service/usages.hpp"

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

json::object usage_json(const std::string& name, const std::string& shown, int used, int limit) {
  return {{"id", "/usages/" + name}, {"type", "Microsoft.MachineLearningServices/usages"},
          {"unit", "Count"},         {"currentValue", used},
          {"limit", limit},          {"name", {{"value", shown}, {"localizedValue", shown}}}};
}

/// The sum of each priority, then the dedicated cores family by family.
json::array usages_json(const service::Usages& usages) {
  json::array all;
  for (const service::CoreUsage& cores : usages.cores) {
    const bool dedicated = cores.priority == domain::VmPriority::Dedicated;
    if (!cores.family.empty()) continue;
    all.push_back(usage_json(
        dedicated ? "dedicatedcores" : "lowprioritycores",
        fmt::format("Cluster {} Regional vCPUs", dedicated ? "Dedicated" : "LowPriority"),
        cores.in_use, cores.limit));
  }
  for (const service::CoreUsage& cores : usages.cores) {
    if (cores.family.empty() || cores.priority != domain::VmPriority::Dedicated) continue;
    all.push_back(usage_json(cores.family, cores.family + " vCPUs", cores.in_use, cores.limit));
  }
  return all;
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
               HP_TRY(const auto usages, service::get_usages(context));
               return http::json_response(
                   200, json::serialize(json::object{{"value", usages_json(usages)}}));
             }));
}

}  // namespace homeport::api::arm
