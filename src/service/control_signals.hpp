#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "domain/ids.hpp"

namespace homeport::service {

/// How use cases tell the control loop that the ledger has something new for it. Each call returns
/// at once; what is said twice does no harm. Any thread.
class ControlSignals {
 public:
  virtual ~ControlSignals() = default;
  /// A run was committed as Queued.
  virtual void run_submitted(const domain::WorkspaceId& workspace, const domain::RunId& run) = 0;
  /// A run was committed as CancelRequested, or as Canceled while it waited.
  virtual void run_cancel_requested(const domain::WorkspaceId& workspace,
                                    const domain::RunId& run) = 0;
  /// A cluster was created, rescaled, or set to Deleting.
  virtual void cluster_changed(const domain::ClusterId& cluster) = 0;
  /// A node's low-priority place is taken away: the run on it is told to end, and goes back to the
  /// queue when it has, after `grace` at the latest. Only said, not committed.
  virtual void node_evicted(const domain::NodeId& node, const std::string& reason,
                            std::chrono::milliseconds grace) = 0;
  /// An operation was committed as InProgress, for LongOperations to carry out.
  virtual void operation_started() = 0;
  /// Why a run waits, in one sentence for people; nullopt if it does not wait.
  virtual std::optional<std::string> why(const domain::WorkspaceId& workspace,
                                         const domain::RunId& run) const = 0;
};

}  // namespace homeport::service
