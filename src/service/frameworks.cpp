#include "service/frameworks.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace homeport::service {

std::vector<std::string> role_addresses(const domain::Attempt& attempt,
                                        const std::vector<domain::Node>& nodes,
                                        const std::string& role) {
  std::map<int, std::string> by_index;
  for (const domain::ProcessRecord& process : attempt.processes) {
    if (process.role != role) continue;
    const domain::Node& node = nodes[static_cast<size_t>(process.node_index)];
    by_index[process.index] = fmt::format("{}:{}", node.address, process.port);
  }
  std::vector<std::string> addresses;
  for (auto& [index, address] : by_index) addresses.push_back(std::move(address));
  return addresses;
}

std::string tensorflow_config(const domain::Attempt& attempt,
                              const std::vector<domain::Node>& nodes,
                              const domain::ProcessRecord& process) {
  boost::json::object cluster;
  for (const char* role : {"ps", "worker"}) {
    boost::json::array addresses;
    for (const std::string& address : role_addresses(attempt, nodes, role)) {
      addresses.emplace_back(address);
    }
    if (!addresses.empty()) cluster[role] = std::move(addresses);
  }
  const boost::json::object config{{"cluster", std::move(cluster)},
                                   {"task", {{"type", process.role}, {"index", process.index}}},
                                   {"environment", "cloud"}};
  return boost::json::serialize(config);
}

std::map<std::string, std::string> rank_variables(const domain::Attempt& attempt,
                                                  const std::vector<domain::Node>& nodes,
                                                  const domain::ProcessRecord& process) {
  int before = 0;
  int here = 0;
  for (const domain::ProcessRecord& other : attempt.processes) {
    if (other.node_index != process.node_index) continue;
    ++here;
    before += other.index < process.index ? 1 : 0;
  }
  const domain::ProcessRecord& first = attempt.processes.front();
  return {{"MASTER_ADDR", nodes[static_cast<size_t>(first.node_index)].address},
          {"MASTER_PORT", std::to_string(first.port)},
          {"RANK", std::to_string(process.index)},
          {"WORLD_SIZE", std::to_string(attempt.processes.size())},
          {"LOCAL_RANK", std::to_string(before)},
          {"LOCAL_WORLD_SIZE", std::to_string(here)},
          {"NODE_RANK", std::to_string(process.node_index)}};
}

}  // namespace homeport::service
