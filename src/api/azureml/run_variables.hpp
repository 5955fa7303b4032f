#pragma once

#include <map>
#include <string>

#include "service/context.hpp"
#include "service/order_composer.hpp"

namespace homeport::api::azureml {

/// The AZUREML_* variables of one process of a run: ids, scope, a token of its own.
std::map<std::string, std::string> run_variables(const service::Context& context,
                                                 const service::ProcessScene& scene);

/// What the variables are called that others than this dialect fill in.
service::VariableNames variable_names();

}  // namespace homeport::api::azureml
