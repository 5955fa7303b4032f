#include "app/routes.hpp"

#include "api/arm/routes.hpp"
#include "api/simple/simple_index.hpp"
#include "app/embedded_wheel.hpp"

namespace homeport::app {

void add_all_routes(api::http::Router& router, const RouteParts& parts) {
  const service::Context& context = parts.context;
  api::arm::add_subscription_routes(router, context);
  api::arm::add_resource_group_routes(router, context);
  api::arm::add_storage_account_routes(router, context);
  api::arm::add_workspace_routes(router, context);
  api::arm::add_compute_routes(router, context);
  api::arm::add_location_routes(router, context);
  api::arm::add_homeport_compute_routes(router, context, parts.facts, parts.make_login_link);
  api::arm::add_homeport_access_routes(router, context, parts.gateway);
  api::azureml::add_discovery_routes(router, context);
  api::azureml::add_experiment_routes(router, context);
  api::azureml::add_run_routes(router, context, parts.blob_link);
  api::azureml::add_event_routes(router, context);
  api::azureml::add_metric_routes(router, context);
  api::azureml::add_artifact_routes(router, context, parts.blob_link);
  api::azureml::add_snapshot_routes(router, context);
  api::azureml::add_execution_routes(router, context, parts.environment_warnings);
  api::azureml::add_datastore_routes(router, context);
  api::batchai::add_location_routes(router, context);
  api::batchai::add_workspace_routes(router, context);
  api::batchai::add_experiment_routes(router, context);
  api::batchai::add_cluster_routes(router, context);
  api::batchai::add_job_routes(router, context, parts.environment_warnings);
  api::batchai::add_job_file_routes(router, context, parts.shares, parts.file_link);
  api::batchai::add_file_server_routes(router);
  api::simple::add_simple_index_routes(router, std::string(embedded_wheel_name()),
                                       embedded_wheel());
  router.add("GET", "/healthz", [](const auto&, const auto&) {
    return api::http::text_response(200, "text/plain; charset=utf-8", "ok\n");
  });
}

}  // namespace homeport::app
