#include "app/run_dialects.hpp"

#include "api/azureml/run_variables.hpp"
#include "api/batchai/names.hpp"
#include "api/batchai/run_variables.hpp"

namespace homeport::app {

service::RunDialects run_dialects(const service::Context& context,
                                  const service::GatewayNow& gateway) {
  service::RunDialect azureml;
  azureml.names = api::azureml::variable_names();
  azureml.variables = [&context](const service::ProcessScene& scene) {
    return api::azureml::run_variables(context, scene);
  };
  service::RunDialect batchai;
  batchai.names = api::azureml::variable_names();
  batchai.variables = [&context](const service::ProcessScene& scene) {
    auto variables = api::batchai::run_variables(context, scene);
    variables.merge(api::azureml::run_variables(context, scene));
    return variables;
  };
  batchai.expansion = service::Expansion::Values;
  batchai.start_in = service::StartIn::Work;
  batchai.node_variables = [&context](const domain::Cluster& cluster, const domain::Node& node) {
    return api::batchai::node_variables(context, cluster, node);
  };
  service::RunDialects dialects{{"", std::move(azureml)},
                                {api::batchai::kDialect, std::move(batchai)}};
  for (auto& [name, dialect] : dialects) {
    dialect.variables = service::with_gateway(context, gateway, std::move(dialect.variables));
    dialect.node_variables = service::with_gateway(gateway, std::move(dialect.node_variables));
  }
  return dialects;
}

}  // namespace homeport::app
