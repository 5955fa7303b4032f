#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "api/arm/providers.hpp"
#include "api/arm/resource.hpp"
#include "api/arm/routes.hpp"
#include "base/text.hpp"
#include "service/resource_groups.hpp"

namespace homeport::api::arm {
namespace {

namespace json = boost::json;

constexpr const char* kOneSubscription = "/subscriptions/{subscription}";

json::value text(std::string_view view) {
  return json::string(view);
}

/// Clients choose the first of those that are listed.
std::string_view newest_of(const Provider& provider) {
  return provider.newest.empty() ? provider.oldest : provider.newest;
}

json::object to_json(const Provider& provider, const std::string& subscription) {
  json::array types;
  for (const std::string_view type : provider.types) {
    types.push_back({{"resourceType", text(type)},
                     {"locations", json::array{"local"}},
                     {"apiVersions", json::array{text(newest_of(provider))}}});
  }
  return {{"id", fmt::format("/subscriptions/{}/providers/{}", subscription, provider.name)},
          {"namespace", text(provider.name)},
          {"registrationPolicy", "RegistrationFree"},
          {"registrationState", "Registered"},
          {"resourceTypes", std::move(types)}};
}

json::object subscription_json(const service::Context& context, const std::string& id) {
  return {{"id", "/subscriptions/" + id},
          {"subscriptionId", id},
          {"tenantId", context.keyring.service_principal().tenant_id},
          {"displayName", "Homeport"},
          {"state", "Enabled"},
          {"authorizationSource", "RoleBased"},
          {"subscriptionPolicies", {{"spendingLimit", "Off"}}}};
}

http::Response list_of(json::array value) {
  return http::json_response(200, json::serialize(json::object{{"value", std::move(value)}}));
}

base::Result<http::Response> list_all(const service::Context& context) {
  HP_TRY(const auto ids, service::list_subscriptions(context));
  json::array value;
  for (const std::string& id : ids) value.push_back(subscription_json(context, id));
  return list_of(std::move(value));
}

base::Result<http::Response> get_one(const service::Context& context, const std::string& asked) {
  HP_TRY(const auto ids, service::list_subscriptions(context));
  const std::string id = base::to_lower(asked);
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
    return base::not_found("SubscriptionNotFound",
                           fmt::format("nothing here is in a subscription '{}'", asked));
  }
  return http::json_response(200, json::serialize(subscription_json(context, id)));
}

http::Response list_tenants(const service::Context& context) {
  const std::string& id = context.keyring.service_principal().tenant_id;
  return list_of({{{"id", "/tenants/" + id},
                   {"tenantId", id},
                   {"displayName", "Homeport"},
                   {"tenantCategory", "Home"}}});
}

base::Result<http::Response> get_provider(const http::PathParameters& parameters) {
  const std::string& asked = parameters.at("provider");
  if (const Provider* provider = find_provider(asked)) {
    return http::json_response(200,
                               json::serialize(to_json(*provider, parameters.at("subscription"))));
  }
  return base::not_found("InvalidResourceNamespace",
                         fmt::format("Homeport has no resource provider '{}'", asked));
}

}  // namespace

void add_subscription_routes(http::Router& router, const service::Context& context) {
  const std::string one = kOneSubscription;
  router.add("GET", "/tenants",
             owner_only([&context](const auto&, const auto&) -> base::Result<http::Response> {
               return list_tenants(context);
             }));
  router.add("GET", "/subscriptions",
             owner_only([&context](const auto&, const auto&) { return list_all(context); }));
  router.add("GET", one, owner_only([&context](const auto&, const auto& parameters) {
               return get_one(context, parameters.at("subscription"));
             }));
  router.add("GET", one + "/locations",
             owner_only([](const auto&, const auto& parameters) -> base::Result<http::Response> {
               return list_of({{{"id", fmt::format("/subscriptions/{}/locations/local",
                                                   parameters.at("subscription"))},
                                {"name", "local"},
                                {"displayName", "This machine"}}});
             }));
  router.add("GET", one + "/providers",
             owner_only([](const auto&, const auto& parameters) -> base::Result<http::Response> {
               json::array value;
               for (const Provider& provider : providers()) {
                 value.push_back(to_json(provider, parameters.at("subscription")));
               }
               return list_of(std::move(value));
             }));
  const auto provider =
      owner_only([](const auto&, const auto& parameters) { return get_provider(parameters); });
  router.add("GET", one + "/providers/{provider}", provider);
  // All of ours are there from the start: nothing is left to do.
  router.add("POST", one + "/providers/{provider}/register", provider);
}

}  // namespace homeport::api::arm
