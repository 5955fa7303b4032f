#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.hpp"

namespace homeport::app {

/// Passes the engine's events on and remembers what nodes said that this machine does not allow,
/// for `homeport status`. Any thread.
class NodeLimits final : public engine::EngineEvents {
 public:
  explicit NodeLimits(engine::EngineEvents& next) : next_(next) {}

  /// In sentences; empty until the first node of this server's life is ready.
  std::vector<std::string> known() const {
    const std::lock_guard lock(mutex_);
    return limits_;
  }

  void node_ready(domain::NodeId node, engine::NodeFacts facts) override {
    {
      const std::lock_guard lock(mutex_);
      limits_ = facts.limits;
    }
    next_.node_ready(std::move(node), std::move(facts));
  }
  void node_failed(domain::NodeId node, std::string reason) override {
    next_.node_failed(std::move(node), std::move(reason));
  }
  void node_lost(domain::NodeId node, std::string reason) override {
    next_.node_lost(std::move(node), std::move(reason));
  }
  void node_silent(domain::NodeId node, base::TimePoint since) override {
    next_.node_silent(std::move(node), since);
  }
  void node_heard(domain::NodeId node) override { next_.node_heard(std::move(node)); }
  void node_gone(domain::NodeId node) override { next_.node_gone(std::move(node)); }
  void attempt_reported(domain::NodeId node, engine::AttemptReport report) override {
    next_.attempt_reported(std::move(node), std::move(report));
  }

 private:
  engine::EngineEvents& next_;
  mutable std::mutex mutex_;  ///< guards limits_
  std::vector<std::string> limits_;
};

}  // namespace homeport::app
