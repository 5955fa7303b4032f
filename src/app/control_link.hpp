#pragma once

#include <atomic>

#include "service/control/control_loop.hpp"
#include "service/control/inbox.hpp"
#include "service/control_signals.hpp"
#include "service/long_operations.hpp"

namespace homeport::app {

/// Ties the use cases to the control loop: what they say goes into its inbox, what they ask is
/// answered by the loop once it stands.
class ControlLink final : public service::ControlSignals {
 public:
  explicit ControlLink(service::control::Inbox& inbox) : inbox_(inbox) {}
  /// Both must outlive every request.
  void connect(const service::control::ControlLoop& loop, service::LongOperations& operations) {
    loop_ = &loop;
    operations_ = &operations;
  }

  void run_submitted(const domain::WorkspaceId& workspace, const domain::RunId& run) override {
    inbox_.run_submitted(workspace, run);
  }
  void run_cancel_requested(const domain::WorkspaceId& workspace,
                            const domain::RunId& run) override {
    inbox_.run_cancel_requested(workspace, run);
  }
  void cluster_changed(const domain::ClusterId& cluster) override {
    inbox_.cluster_changed(cluster);
  }
  void node_evicted(const domain::NodeId& node, const std::string& reason,
                    std::chrono::milliseconds grace) override {
    inbox_.evict(node, reason, grace);
  }
  void operation_started() override {
    if (service::LongOperations* operations = operations_) operations->wake();
  }
  std::optional<std::string> why(const domain::WorkspaceId& workspace,
                                 const domain::RunId& run) const override {
    const service::control::ControlLoop* loop = loop_;
    return loop == nullptr ? std::nullopt : loop->why(workspace, run);
  }

 private:
  service::control::Inbox& inbox_;
  std::atomic<const service::control::ControlLoop*> loop_ = nullptr;
  std::atomic<service::LongOperations*> operations_ = nullptr;
};

}  // namespace homeport::app
