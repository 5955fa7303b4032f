#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "engine/engine.hpp"
#include "planner/snapshot.hpp"

namespace homeport::service::control {

struct RunSubmitted {
  planner::RunKey run;
};
struct CancelRequested {
  planner::RunKey run;
};
struct ClusterChanged {
  domain::ClusterId cluster;
};
struct EvictRequested {
  domain::NodeId node;
  std::string reason;
  std::chrono::milliseconds grace;
};
struct NodeReady {
  domain::NodeId node;
  engine::NodeFacts facts;
};
struct NodeFailed {
  domain::NodeId node;
  std::string reason;
};
struct NodeLost {
  domain::NodeId node;
  std::string reason;
};
struct NodeSilent {
  domain::NodeId node;
};
struct NodeHeard {
  domain::NodeId node;
};
struct NodeGone {
  domain::NodeId node;
};
struct AttemptReported {
  domain::NodeId node;
  engine::AttemptReport report;
};

using Event = std::variant<RunSubmitted, CancelRequested, ClusterChanged, EvictRequested, NodeReady,
                           NodeFailed, NodeLost, NodeSilent, NodeHeard, NodeGone, AttemptReported>;

/// What the control loop has been told and has not looked at yet. Any thread puts in, the loop's
/// takes out. It is made before the engine and the loop, which both know it. What it holds is
/// bounded by the calls that wait for an answer and by the nodes there are: a newer report of a
/// node takes the place of one that was not looked at.
class Inbox final : public engine::EngineEvents {
 public:
  void run_submitted(const domain::WorkspaceId& workspace, const domain::RunId& run);
  void run_cancel_requested(const domain::WorkspaceId& workspace, const domain::RunId& run);
  void cluster_changed(const domain::ClusterId& cluster);
  /// Takes a node's low-priority place away, `grace` after its processes were told to end.
  void evict(const domain::NodeId& node, std::string reason,
             std::chrono::milliseconds grace = std::chrono::milliseconds(0));

  void node_ready(domain::NodeId node, engine::NodeFacts facts) override;
  void node_failed(domain::NodeId node, std::string reason) override;
  void node_lost(domain::NodeId node, std::string reason) override;
  void node_silent(domain::NodeId node, base::TimePoint since) override;
  void node_heard(domain::NodeId node) override;
  void node_gone(domain::NodeId node) override;
  void attempt_reported(domain::NodeId node, engine::AttemptReport report) override;

  bool empty() const;
  size_t size() const;
  /// Everything, in the order of arrival.
  std::deque<Event> take_all();
  /// Puts back, in front, what could not be dealt with.
  void put_back(std::deque<Event> events);
  /// Waits until something is there, wake() was called, or `at_most` is over (none: for ever).
  void wait(std::optional<std::chrono::microseconds> at_most);
  /// Waits until wake() was called or `at_most` is over, whatever is there.
  void wait_for_wake(std::chrono::microseconds at_most);
  void wake();

 private:
  void put(Event event);

  mutable std::mutex mutex_;  ///< guards everything below
  std::condition_variable arrived_;
  std::deque<Event> events_;
  bool woken_ = false;
};

}  // namespace homeport::service::control
