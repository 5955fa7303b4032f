#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "cli/cluster_commands.hpp"
#include "cli/command_line.hpp"

namespace homeport::cli {
namespace {

void add_scale_options(CLI::App& command, ClusterScale& scale) {
  command.add_option("--min,--min-nodes", scale.min_nodes, "nodes that always stand")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--max,--max-nodes", scale.max_nodes, "nodes at most")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--idle,--idle-seconds", scale.idle_seconds,
                  "seconds without work after which a node goes")
      ->check(CLI::NonNegativeNumber);
}

void add_create(CLI::App& cluster, Invocation& invocation) {
  auto* command = cluster.add_subcommand("create", "make a cluster; nodes come as runs ask");
  auto wish = std::make_shared<ClusterWish>();
  auto no_wait = std::make_shared<bool>(false);
  auto priority = std::make_shared<std::string>("dedicated");
  wish->scale.max_nodes = 4;
  command->add_option("name", wish->name, "2 to 16 letters, digits and '-'")->required();
  command->add_option("-s,--vm-size", wish->vm_size, "such as STANDARD_D2_V2")->required();
  command->add_option("--priority", *priority, "dedicated or lowpriority")
      ->check(CLI::IsMember({"dedicated", "lowpriority"}, CLI::ignore_case))
      ->capture_default_str();
  add_scale_options(*command, wish->scale);
  command->add_flag("--no-wait", *no_wait, "come back at once");
  command->callback([&invocation, wish, no_wait, priority] {
    wish->low_priority = CLI::detail::to_lower(*priority) == "lowpriority";
    invocation.command = [wish, no_wait](Context& context) {
      return cluster_create(context, *wish, *no_wait ? Wait::No : Wait::Yes);
    };
  });
}

void add_scale(CLI::App& cluster, Invocation& invocation) {
  auto* command = cluster.add_subcommand("scale", "change how many nodes a cluster keeps");
  auto wish = std::make_shared<ClusterWish>();
  auto no_wait = std::make_shared<bool>(false);
  command->add_option("name", wish->name, "its name")->required();
  add_scale_options(*command, wish->scale);
  command->add_flag("--no-wait", *no_wait, "come back at once");
  command->callback([&invocation, wish, no_wait] {
    const ClusterScale& scale = wish->scale;
    if (!scale.min_nodes && !scale.max_nodes && !scale.idle_seconds) {
      throw CLI::ValidationError("cluster scale", "give at least one of --min, --max, --idle");
    }
    invocation.command = [wish, no_wait](Context& context) {
      return cluster_scale(context, wish->name, wish->scale, *no_wait ? Wait::No : Wait::Yes);
    };
  });
}

void add_delete(CLI::App& cluster, Invocation& invocation) {
  auto* command = cluster.add_subcommand("delete", "end a cluster and its nodes");
  auto name = std::make_shared<std::string>();
  auto no_wait = std::make_shared<bool>(false);
  command->add_option("name", *name, "its name")->required();
  command->add_flag("--no-wait", *no_wait, "come back at once");
  command->callback([&invocation, name, no_wait] {
    invocation.command = [name, no_wait](Context& context) {
      return cluster_delete(context, *name, *no_wait ? Wait::No : Wait::Yes);
    };
  });
}

void add_evict(CLI::App& cluster, Invocation& invocation) {
  auto* command = cluster.add_subcommand(
      "evict", "take a low-priority node away, as a drill: its run ends and is queued again");
  auto eviction = std::make_shared<Eviction>();
  auto no_wait = std::make_shared<bool>(false);
  command->add_option("name", eviction->cluster, "the cluster's name")->required();
  command->add_option("--node", eviction->node, "the node's id, host name or number")->required();
  const std::map<std::string, int> units{{"s", 1}, {"m", 60}, {"min", 60}};
  command
      ->add_option("--grace", eviction->grace_seconds,
                   "how long its run may take to end: 30, 30s, 2m")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::CASE_INSENSITIVE, "TIME"))
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_flag("--no-wait", *no_wait, "come back at once");
  command->callback([&invocation, eviction, no_wait] {
    invocation.command = [eviction, no_wait](Context& context) {
      return cluster_evict(context, *eviction, *no_wait ? Wait::No : Wait::Yes);
    };
  });
}

}  // namespace

void add_cluster_commands(CLI::App& app, Invocation& invocation) {
  auto* cluster = app.add_subcommand("cluster", "make and change clusters")->require_subcommand(1);
  cluster->add_subcommand("list", "every cluster of the workspace")->callback([&invocation] {
    invocation.command = cluster_list;
  });
  add_create(*cluster, invocation);
  auto* show = cluster->add_subcommand("show", "one cluster with its nodes");
  auto name = std::make_shared<std::string>();
  show->add_option("name", *name, "its name")->required();
  show->callback([&invocation, name] {
    invocation.command = [name](Context& context) { return cluster_show(context, *name); };
  });
  add_scale(*cluster, invocation);
  add_delete(*cluster, invocation);
  add_evict(*cluster, invocation);
}

}  // namespace homeport::cli
