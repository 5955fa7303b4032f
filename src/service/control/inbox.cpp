#include "service/control/inbox.hpp"

#include <iterator>
#include <utility>

namespace homeport::service::control {

void Inbox::put(Event event) {
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  arrived_.notify_one();
}

void Inbox::run_submitted(const domain::WorkspaceId& workspace, const domain::RunId& run) {
  put(RunSubmitted{{workspace, run}});
}
void Inbox::run_cancel_requested(const domain::WorkspaceId& workspace, const domain::RunId& run) {
  put(CancelRequested{{workspace, run}});
}
void Inbox::cluster_changed(const domain::ClusterId& cluster) {
  put(ClusterChanged{cluster});
}
void Inbox::evict(const domain::NodeId& node, std::string reason, std::chrono::milliseconds grace) {
  put(EvictRequested{node, std::move(reason), grace});
}
void Inbox::node_ready(domain::NodeId node, engine::NodeFacts facts) {
  put(NodeReady{std::move(node), std::move(facts)});
}
void Inbox::node_failed(domain::NodeId node, std::string reason) {
  put(NodeFailed{std::move(node), std::move(reason)});
}
void Inbox::node_lost(domain::NodeId node, std::string reason) {
  put(NodeLost{std::move(node), std::move(reason)});
}
void Inbox::node_silent(domain::NodeId node, base::TimePoint) {
  put(NodeSilent{std::move(node)});
}
void Inbox::node_heard(domain::NodeId node) {
  put(NodeHeard{std::move(node)});
}
void Inbox::node_gone(domain::NodeId node) {
  put(NodeGone{std::move(node)});
}

void Inbox::attempt_reported(domain::NodeId node, engine::AttemptReport report) {
  {
    const std::lock_guard lock(mutex_);
    // A report is the whole state, so of two in a row only the newer one matters. Only the last
    // event is looked at: what came in between must not be overtaken.
    if (!events_.empty()) {
      auto* last = std::get_if<AttemptReported>(&events_.back());
      if (last != nullptr && last->node == node && last->report.token == report.token) {
        if (report.phase >= last->report.phase) last->report = std::move(report);
        return;
      }
    }
    events_.push_back(AttemptReported{std::move(node), std::move(report)});
  }
  arrived_.notify_one();
}

bool Inbox::empty() const {
  const std::lock_guard lock(mutex_);
  return events_.empty();
}

size_t Inbox::size() const {
  const std::lock_guard lock(mutex_);
  return events_.size();
}

std::deque<Event> Inbox::take_all() {
  const std::lock_guard lock(mutex_);
  woken_ = false;
  return std::exchange(events_, {});
}

void Inbox::put_back(std::deque<Event> events) {
  const std::lock_guard lock(mutex_);
  events.insert(events.end(), std::make_move_iterator(events_.begin()),
                std::make_move_iterator(events_.end()));
  events_ = std::move(events);
}

void Inbox::wait(std::optional<std::chrono::microseconds> at_most) {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return woken_ || !events_.empty(); };
  if (at_most) {
    arrived_.wait_for(lock, *at_most, ready);
  } else {
    arrived_.wait(lock, ready);
  }
}

void Inbox::wait_for_wake(std::chrono::microseconds at_most) {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, at_most, [this] { return woken_; });
}

void Inbox::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  arrived_.notify_one();
}

}  // namespace homeport::service::control
