#pragma once

#include "api/arm/homeport_access.hpp"
#include "api/arm/homeport_compute.hpp"
#include "api/azureml/routes.hpp"
#include "api/batchai/routes.hpp"
#include "api/http/router.hpp"

namespace homeport::app {

/// What the routes need besides the use cases.
struct RouteParts {
  const service::Context& context;
  api::azureml::BlobLink blob_link;
  api::azureml::EnvironmentWarnings environment_warnings;
  api::batchai::FileLink file_link;
  shares::ShareStore& shares;
  std::function<api::arm::ServerFacts()> facts;
  api::arm::MakeLoginLink make_login_link;
  std::function<api::arm::GatewayFacts()> gateway;
};

/// Every route of every dialect but the web page's.
void add_all_routes(api::http::Router& router, const RouteParts& parts);

}  // namespace homeport::app
