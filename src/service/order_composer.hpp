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

/// What surrounds a process that is about to be started.
struct ProcessScene {
  const domain::Workspace& workspace;
  const domain::Run& run;
  const domain::Attempt& attempt;
  const domain::Cluster& cluster;
  const std::vector<domain::Node>& nodes;  ///< of the attempt, in its order
  int node_index;                          ///< into `nodes`: where it will run
  const domain::ProcessRecord* process;    ///< null: the run's preparation on that node
};

/// Variables that a dialect gives to the processes of its runs: ids, scope, the run's token.
using DialectVariables = std::function<std::map<std::string, std::string>(const ProcessScene&)>;

/// Variables that a dialect gives to the setup of a node: where its mounts are.
using NodeVariables =
    std::function<std::map<std::string, std::string>(const domain::Cluster&, const domain::Node&)>;

/// Where "$NAME" is replaced, in what the user of a dialect wrote.
enum class Expansion {
  Commands,  ///< words of command lines, by the node: no shell does it
  Values,    ///< values of the user's variables; a shell of the dialect's choice reads commands
};

/// What the processes of a dialect's runs find, and where they start.
enum class StartIn {
  Project,  ///< the snapshot, with ./outputs and ./logs
  Work,     ///< run_work(), beside run_shared() and run_temporary()
};

/// What a dialect calls the variables whose values it does not know itself.
struct VariableNames {
  std::string token;  ///< among its DialectVariables: the run's token
  std::string data;   ///< with the name of a data reference behind it: where that is
  std::map<std::string, std::string> endpoint;  ///< see AttemptOrder::endpoint_variables
};

/// What the composer knows of a dialect, by the name that its runs keep (RunSpec::dialect).
struct RunDialect {
  DialectVariables variables;
  Expansion expansion = Expansion::Commands;
  StartIn start_in = StartIn::Project;
  NodeVariables node_variables{};  ///< those of all dialects are given to a setup
  VariableNames names{};
};
using RunDialects = std::map<std::string, RunDialect>;

/// Turns a claimed attempt into one order per node: paths, mounts, environment, processes and what
/// they find in their environment. One thread (the control loop's).
class OrderComposer final : public control::AttemptComposer {
 public:
  /// `dialects` has one for every name that a run may keep; "" is the first one.
  OrderComposer(const Context& context, EnvironmentOptions environments, RunDialects dialects)
      : context_(context), environments_(std::move(environments)), dialects_(std::move(dialects)) {}

  base::Result<std::vector<engine::AttemptOrder>> compose(
      const domain::Run& run, const domain::Attempt& attempt, const domain::Cluster& cluster,
      const std::vector<domain::Node>& nodes) override;
  base::Result<engine::AttemptOrder> compose_setup(const domain::Cluster& cluster,
                                                   const domain::Node& node) override;
  std::string setup_log(const domain::Cluster& cluster, const domain::Node& node) override;

 private:
  const Context& context_;
  EnvironmentOptions environments_;
  RunDialects dialects_;
};

}  // namespace homeport::service
