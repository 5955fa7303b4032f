// What is done with a node before it serves runs.

#include <fmt/format.h>

#include "service/order_composer.hpp"
#include "service/order_parts.hpp"
#include "service/process_variables.hpp"
#include "service/run_places.hpp"

namespace homeport::service {
namespace {

constexpr const char* kLogs = "setup";  // among the files of the node

/// What the setup of a node finds of this server's own: the base Python, and a home for what it
/// installs.
base::Variables own_variables(const Context& context, const EnvironmentOptions& options,
                              const domain::Cluster& cluster) {
  domain::EnvironmentSpec as_it_is;
  as_it_is.user_managed = true;
  const ResolvedEnvironment environment = resolve_environment(as_it_is, options);
  base::Variables variables = common_variables(environment);
  if (!has_home(cluster)) return variables;
  const std::filesystem::path home = cluster_home(context, cluster.id);
  put_over(variables, user_package_variables((home / ".local").string(), environment, options));
  variables["HOME"] = home.string();
  return variables;
}

base::Result<base::Variables> variables_of(const Context& context, base::Variables variables,
                                           const RunDialects& dialects,
                                           const domain::Cluster& cluster,
                                           const domain::Node& node) {
  for (const auto& [name, dialect] : dialects) {
    if (dialect.node_variables) put_over(variables, dialect.node_variables(cluster, node));
  }
  put_over(variables, base::expand_values(cluster.setup->variables, variables));
  HP_TRY(const base::Variables secrets, unseal(context, cluster.setup->sealed_secrets));
  put_over(variables, secrets);
  return variables;
}

std::string output_name(const domain::NodeSetup& setup, const domain::Node& node) {
  return fill_log_name(setup.output_name.empty() ? "stdout.txt" : setup.output_name, "", 0,
                       node.id.text());
}

std::string error_name(const domain::NodeSetup& setup, const domain::Node& node) {
  return fill_log_name(setup.error_name, "", 0, node.id.text());
}

/// As a file of the node.
std::string log_in(const domain::NodeSetup& setup, const std::string& name) {
  return setup.logs && !name.empty() ? std::string(kLogs) + "/" + name : name;
}

}  // namespace

base::Result<engine::AttemptOrder> OrderComposer::compose_setup(const domain::Cluster& cluster,
                                                                const domain::Node& node) {
  const domain::NodeSetup& setup = *cluster.setup;
  const std::filesystem::path own = node_directory(context_, cluster.id, node.id);
  HP_TRY(base::Variables variables,
         variables_of(context_, own_variables(context_, environments_, cluster), dialects_, cluster,
                      node));
  engine::AttemptOrder order;
  order.slot = node.slot;
  order.head = true;
  order.artifacts = own.string();
  order.project = (own / "work").string();
  order.hosts = hosts_file({node});
  if (has_home(cluster)) order.scratch.push_back(home_on(context_, cluster, node));
  VolumePlan volumes;
  HP_TRYV(plan_volumes(context_, setup.volumes, cluster_mounts(context_, cluster.id),
                       own / "mounts", volumes));
  add_volumes(order, std::move(volumes), variables);
  if (setup.command.empty()) return order;
  if (setup.logs) {
    HP_TRY(const std::filesystem::path logs, make_folder(context_, *setup.logs));
    order.folders[kLogs] = logs.string();
  }
  engine::ProcessOrder& process = order.processes.emplace_back();
  process.role = kLogs;
  process.argv = verbatim(setup.command);
  process.variables = std::move(variables);
  process.log_name = log_in(setup, output_name(setup, node));
  process.error_log_name = log_in(setup, error_name(setup, node));
  process.as_root = true;
  return order;
}

std::string OrderComposer::setup_log(const domain::Cluster& cluster, const domain::Node& node) {
  const domain::NodeSetup& setup = *cluster.setup;
  const std::string errors = error_name(setup, node);
  const std::string name = errors.empty() ? output_name(setup, node) : errors;
  if (!setup.logs) return (node_directory(context_, cluster.id, node.id) / name).string();
  const domain::FilePlace& place = *setup.logs;
  return fmt::format("{}/{} in '{}' of the storage account '{}'", place.path, name, place.container,
                     place.account);
}

}  // namespace homeport::service
