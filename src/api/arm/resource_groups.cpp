#include "service/resource_groups.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "api/arm/resource.hpp"
#include "api/arm/routes.hpp"
#include "api/http/json.hpp"

namespace homeport::api::arm {
namespace {

namespace json = boost::json;

json::object to_json(const domain::ResourceGroup& group) {
  return {
      {"id", fmt::format("/subscriptions/{}/resourceGroups/{}", group.subscription_id, group.name)},
      {"name", group.name},
      {"type", "Microsoft.Resources/resourceGroups"},
      {"location", group.location},
      {"tags", http::to_object(group.tags)},
      {"properties", {{"provisioningState", "Succeeded"}}}};
}

http::Response answer(const domain::ResourceGroup& group) {
  return http::json_response(200, json::serialize(to_json(group)));
}

base::Result<http::Response> put(const service::Context& context, const http::Request& request,
                                 const http::PathParameters& parameters) {
  HP_TRY(const json::object body, http::json_object(request));
  HP_TRY(const auto location, http::optional_string(body, "location"));
  HP_TRY(auto tags, http::string_map(body, "tags"));
  HP_TRY(const auto group, service::put_resource_group(context, {parameters.at("subscription"),
                                                                 parameters.at("group"),
                                                                 location.value_or(""),
                                                                 std::move(tags),
                                                                 {}}));
  return answer(group);
}

base::Result<http::Response> get(const service::Context& context,
                                 const http::PathParameters& parameters) {
  HP_TRY(const auto group, service::get_resource_group(context, parameters.at("subscription"),
                                                       parameters.at("group")));
  return answer(group);
}

base::Result<http::Response> list(const service::Context& context,
                                  const http::PathParameters& parameters) {
  HP_TRY(const auto groups, service::list_resource_groups(context, parameters.at("subscription")));
  json::array value;
  for (const domain::ResourceGroup& group : groups) value.push_back(to_json(group));
  return http::json_response(200, json::serialize(json::object{{"value", std::move(value)}}));
}

}  // namespace

void add_resource_group_routes(http::Router& router, const service::Context& context) {
  const std::string all = "/subscriptions/{subscription}/resourceGroups";
  const std::string one = all + "/{group}";
  router.add("PUT", one, owner_only([&context](const auto& request, const auto& parameters) {
               return put(context, request, parameters);
             }));
  router.add("GET", one, owner_only([&context](const auto&, const auto& parameters) {
               return get(context, parameters);
             }));
  router.add(
      "HEAD", one,
      owner_only([&context](const auto&, const auto& parameters) -> base::Result<http::Response> {
        HP_TRYV(get(context, parameters));
        return http::Response{204};
      }));
  router.add(
      "DELETE", one,
      owner_only([&context](const auto&, const auto& parameters) -> base::Result<http::Response> {
        HP_TRYV(service::delete_resource_group(context, parameters.at("subscription"),
                                               parameters.at("group")));
        return http::Response{200};
      }));
  router.add("GET", all, owner_only([&context](const auto&, const auto& parameters) {
               return list(context, parameters);
             }));
}

}  // namespace homeport::api::arm
