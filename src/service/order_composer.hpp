#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "domain/attempt.hpp"
#include "domain/cluster.hpp"
#include "domain/node.hpp"
#include "domain/run.hpp"
#include "domain/workspace.hpp"
#include "engine/engine.hpp"
#include "service/context.hpp"
#include "service/control/attempt_composer.hpp"
#include "service/environments.hpp"

namespace homeport::service {

/// Variables that a dialect gives to the processes of its runs: ids, scope, the run's token. The
/// agent adds the endpoint, which is its own.
using DialectVariables = std::function<std::map<std::string, std::string>(
    const domain::Workspace& workspace, const domain::Run& run, const domain::Attempt& attempt,
    const domain::ProcessRecord& process)>;

/// Turns a claimed attempt into one order per node: paths, mounts, environment, processes and what
/// they find in their environment. One thread (the control loop's).
class OrderComposer final : public control::AttemptComposer {
 public:
  OrderComposer(const Context& context, EnvironmentOptions environments, DialectVariables variables)
      : context_(context),
        environments_(std::move(environments)),
        variables_(std::move(variables)) {}

  base::Result<std::vector<engine::AttemptOrder>> compose(
      const domain::Run& run, const domain::Attempt& attempt, const domain::Cluster& cluster,
      const std::vector<domain::Node>& nodes) override;

 private:
  const Context& context_;
  EnvironmentOptions environments_;
  DialectVariables variables_;
};

/// "azureml-logs/70_driver_log_{role}_{index}.txt" with its places filled in.
std::string fill_log_name(std::string pattern, const std::string& role, int index,
                          const std::string& node);

}  // namespace homeport::service
