#include "service/leftovers.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "service/run_places.hpp"
#include "service/transactions.hpp"

namespace homeport::service {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> folders_in(const fs::path& directory) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(directory, failed)) {
    if (entry.is_directory(failed) && !entry.is_symlink(failed)) found.push_back(entry.path());
  }
  return found;
}

bool is_older(const fs::path& directory, std::chrono::hours keep) {
  std::error_code failed;
  const auto written = fs::last_write_time(directory, failed);
  return !failed && fs::file_time_type::clock::now() - written > keep;
}

}  // namespace

void remove_cluster_leftovers(const Context& context, std::chrono::hours keep) {
  // First the disk, then the ledger: what is made meanwhile is in neither list.
  const std::vector<fs::path> clusters = folders_in(context.data_directory / "clusters");
  std::vector<fs::path> nodes;
  for (const fs::path& cluster : clusters) {
    for (fs::path& node : folders_in(cluster / "nodes")) nodes.push_back(std::move(node));
  }
  std::set<std::string> known_clusters;
  std::set<std::string> known_nodes;
  const auto listed = read(context.ledger, [&](ledger::Transaction& tx) -> base::Result<bool> {
    HP_TRY(const auto rows, tx.clusters().list_all());
    HP_TRY(const auto node_rows, tx.nodes().list_all());
    for (const domain::Cluster& row : rows) known_clusters.insert(row.id.text());
    for (const domain::Node& row : node_rows) known_nodes.insert(row.id.text());
    return true;
  });
  if (listed.has_error()) return;
  std::error_code ignored;
  for (const fs::path& node : nodes) {
    const bool known = known_nodes.count(node.filename()) != 0;
    if (!known && is_older(node, keep)) fs::remove_all(node, ignored);
  }
  for (const fs::path& cluster : clusters) {
    const bool known = known_clusters.count(cluster.filename()) != 0;
    if (!known && folders_in(cluster / "nodes").empty()) fs::remove_all(cluster, ignored);
  }
}

}  // namespace homeport::service
