#include "service/control/durations.hpp"

#include <algorithm>
#include <vector>

namespace homeport::service::control {
namespace {

constexpr size_t kRemembered = 9;      // an odd number has a middle
constexpr size_t kMostKinds = 10'000;  // experiments come and go; clusters are forgotten

}  // namespace

void Durations::add(Recent& recent, base::Duration duration) {
  recent.push_back(duration);
  if (recent.size() > kRemembered) recent.pop_front();
}

template <typename Key>
std::optional<base::Duration> Durations::median(const std::map<Key, Recent>& all, const Key& key) {
  const auto at = all.find(key);
  if (at == all.end()) return std::nullopt;
  std::vector<base::Duration> sorted(at->second.begin(), at->second.end());
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

void Durations::run_took(const domain::Run& run, base::Duration duration) {
  const Kind kind{run.spec->cluster_id, run.experiment_id};
  if (kinds_.size() >= kMostKinds && kinds_.find(kind) == kinds_.end()) kinds_.clear();
  add(kinds_[kind], duration);
  add(clusters_[run.spec->cluster_id], duration);
}

void Durations::node_took(const domain::ClusterId& cluster, base::Duration duration) {
  add(nodes_[cluster], duration);
}

void Durations::forget(const domain::ClusterId& cluster) {
  std::erase_if(kinds_, [&](const auto& entry) { return entry.first.first == cluster; });
  clusters_.erase(cluster);
  nodes_.erase(cluster);
}

std::optional<base::Duration> Durations::of_run(const domain::Run& run) const {
  const Kind kind{run.spec->cluster_id, run.experiment_id};
  if (const auto known = median(kinds_, kind)) return known;
  return median(clusters_, run.spec->cluster_id);
}

std::optional<base::Duration> Durations::of_node(const domain::ClusterId& cluster) const {
  return median(nodes_, cluster);
}

}  // namespace homeport::service::control
