#include "service/order_parts.hpp"

#include <algorithm>
#include <utility>

#include "domain/vm_size.hpp"
#include "service/run_places.hpp"

namespace homeport::service {
namespace {

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

std::string fill_log_name(std::string pattern, const std::string& role, int index,
                          const std::string& node) {
  replace_all(pattern, "{role}", role);
  replace_all(pattern, "{index}", std::to_string(index));
  replace_all(pattern, "{node}", node);
  return pattern;
}

std::string hosts_file(const std::vector<domain::Node>& nodes) {
  std::string text = "127.0.0.1 localhost\n::1 localhost ip6-localhost\n";
  for (const domain::Node& node : nodes) text += node.address + " " + node.host_name + "\n";
  return text;
}

std::string mpi_host_file(const domain::Cluster& cluster, const std::vector<domain::Node>& nodes) {
  const domain::VmSize* size = domain::find_vm_size(cluster.vm_size);
  const int slots = size == nullptr ? 1 : std::max(size->gpus, 1);
  // One node is always "this one": where hosts have no names of their own, mpirun would not know
  // it.
  if (nodes.size() == 1) return "localhost slots=" + std::to_string(slots) + "\n";
  std::string text;
  for (const domain::Node& node : nodes) {
    text += node.host_name + " slots=" + std::to_string(slots) + "\n";
  }
  return text;
}

std::vector<std::string> verbatim(std::vector<std::string> words) {
  for (std::string& word : words) word = base::escape_variables(word);
  return words;
}

bool has_home(const domain::Cluster& cluster) {
  return cluster.setup && !cluster.setup->command.empty();
}

engine::ScratchOrder home_on(const Context& context, const domain::Cluster& cluster,
                             const domain::Node& node) {
  return {(node_directory(context, cluster.id, node.id) / "home").string(),
          cluster_home(context, cluster.id).string(), false};
}

void add_volumes(engine::AttemptOrder& order, VolumePlan plan, const base::Variables& variables) {
  for (engine::MountOrder& mount : plan.mounts) order.mounts.push_back(std::move(mount));
  for (engine::ScratchOrder& scratch : plan.scratch) order.scratch.push_back(std::move(scratch));
  for (engine::VolumeCommand& command : plan.commands) {
    command.process.variables = variables;
    order.volume_commands.push_back(std::move(command));
  }
}

}  // namespace homeport::service
