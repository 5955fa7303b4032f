#include "service/control/waiting_list.hpp"

namespace homeport::service::control {

WaitingList::Place WaitingList::place_of(const domain::Run& run) {
  return {-run.spec->priority, run.queue_order, key_of(run)};
}

void WaitingList::insert_locked(const SharedRun& run) {
  erase_locked(key_of(*run));
  runs_[key_of(*run)] = run;
  queues_[run->spec->cluster_id].emplace(place_of(*run), run);
}

void WaitingList::erase_locked(const planner::RunKey& key) {
  const auto at = runs_.find(key);
  if (at == runs_.end()) return;
  const auto queue = queues_.find(at->second->spec->cluster_id);
  queue->second.erase(place_of(*at->second));
  if (queue->second.empty()) queues_.erase(queue);
  runs_.erase(at);
}

void WaitingList::add(const SharedRun& run) {
  const std::lock_guard lock(mutex_);
  const auto at = runs_.find(key_of(*run));
  before_.try_emplace(key_of(*run), at == runs_.end() ? nullptr : at->second);
  insert_locked(run);
}

void WaitingList::remove(const planner::RunKey& key) {
  const std::lock_guard lock(mutex_);
  const auto at = runs_.find(key);
  if (at == runs_.end()) return;
  before_.try_emplace(key, at->second);
  erase_locked(key);
}

SharedRun WaitingList::find(const planner::RunKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto at = runs_.find(key);
  return at == runs_.end() ? nullptr : at->second;
}

std::vector<planner::QueuedRun> WaitingList::front(const domain::ClusterId& cluster,
                                                   int max_nodes) const {
  const std::lock_guard lock(mutex_);
  std::vector<planner::QueuedRun> out;
  const auto queue = queues_.find(cluster);
  if (queue == queues_.end() || max_nodes < 1) return out;
  int nodes = 0;
  for (const auto& [place, run] : queue->second) {
    if (nodes > max_nodes) break;
    const int count = run->spec->node_count;
    if (count > max_nodes) continue;
    nodes += count;
    out.push_back({std::get<2>(place), count, run->spec->priority, run->queue_order});
  }
  return out;
}

std::vector<SharedRun> WaitingList::some(const domain::ClusterId& cluster, size_t most) const {
  const std::lock_guard lock(mutex_);
  std::vector<SharedRun> out;
  const auto queue = queues_.find(cluster);
  if (queue == queues_.end()) return out;
  for (const auto& [place, run] : queue->second) {
    if (out.size() == most) break;
    out.push_back(run);
  }
  return out;
}

size_t WaitingList::size() const {
  const std::lock_guard lock(mutex_);
  return runs_.size();
}

void WaitingList::set_outlooks(std::vector<planner::Outlook> outlooks) {
  const std::lock_guard lock(mutex_);
  outlooks_.clear();
  for (planner::Outlook& outlook : outlooks) {
    outlooks_.emplace(outlook.cluster_id, std::move(outlook));
  }
}

void WaitingList::set_expected_starts(ExpectedStarts starts) {
  const std::lock_guard lock(mutex_);
  expected_starts_ = std::move(starts);
}

void WaitingList::keep() {
  const std::lock_guard lock(mutex_);
  before_.clear();
}

void WaitingList::take_back() {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, run] : before_) {
    if (run) {
      insert_locked(run);
    } else {
      erase_locked(key);
    }
  }
  before_.clear();
}

std::optional<std::string> WaitingList::why(const planner::RunKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto at = runs_.find(key);
  if (at == runs_.end()) return std::nullopt;
  const domain::RunSpec& spec = *at->second->spec;
  const auto outlook = outlooks_.find(spec.cluster_id);
  if (outlook == outlooks_.end())
    return "waits for the cluster " + spec.target + " to be looked at";
  size_t position = 1;
  for (const auto& [place, run] : queues_.at(spec.cluster_id)) {
    if (run == at->second) break;
    if (planner::can_ever_fit(outlook->second, run->spec->node_count)) ++position;
  }
  return planner::describe(planner::explain(outlook->second, spec.node_count, position));
}

std::optional<base::TimePoint> WaitingList::expected_start(const planner::RunKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto at = expected_starts_.find(key);
  if (at == expected_starts_.end() || runs_.find(key) == runs_.end()) return std::nullopt;
  return at->second;
}

std::optional<int> WaitingList::target_nodes(const domain::ClusterId& cluster) const {
  const std::lock_guard lock(mutex_);
  const auto at = outlooks_.find(cluster);
  if (at == outlooks_.end()) return std::nullopt;
  return at->second.target;
}

}  // namespace homeport::service::control
