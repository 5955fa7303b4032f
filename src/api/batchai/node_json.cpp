#include "api/batchai/node_json.hpp"

#include <boost/json.hpp>

namespace homeport::api::batchai {

std::vector<Entry> login_entries(const std::vector<domain::Node>& nodes) {
  std::vector<Entry> entries;
  for (const domain::Node& node : nodes) {
    entries.push_back(
        {node.id.text(), {{"nodeId", node.id.text()}, {"ipAddress", node.address}, {"port", 0}}});
  }
  return entries;
}

}  // namespace homeport::api::batchai
