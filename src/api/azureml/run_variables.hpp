#pragma once

#include <map>
#include <string>

#include "service/context.hpp"
#include "service/order_composer.hpp"

namespace homeport::api::azureml {

/// The AZUREML_* variables of one process of a run: ids, scope, a token of its own. The endpoint is
/// the node agent's and is added there.
std::map<std::string, std::string> run_variables(const service::Context& context,
                                                 const service::ProcessScene& scene);

}  // namespace homeport::api::azureml
