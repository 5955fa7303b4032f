#pragma once

#include <map>
#include <string>

#include "domain/attempt.hpp"
#include "domain/run.hpp"
#include "domain/workspace.hpp"
#include "service/context.hpp"

namespace homeport::api::azureml {

/// The AZUREML_* variables of one process of a run: ids, scope, a token of its own. The endpoint is
/// the node agent's and is added there.
std::map<std::string, std::string> run_variables(const service::Context& context,
                                                 const domain::Workspace& workspace,
                                                 const domain::Run& run,
                                                 const domain::Attempt& attempt,
                                                 const domain::ProcessRecord& process);

}  // namespace homeport::api::azureml
