#pragma once

#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "domain/run.hpp"

namespace homeport::service::control {

/// How long runs and starts of nodes took lately, and so what is expected of the next ones: the
/// median of the last few. Kept in memory; a restarted server learns anew. The control loop's
/// thread only.
class Durations {
 public:
  /// A run that succeeded, from its claim to its end.
  void run_took(const domain::Run& run, base::Duration duration);
  /// From the order to start a node until it was ready.
  void node_took(const domain::ClusterId& cluster, base::Duration duration);
  void forget(const domain::ClusterId& cluster);

  /// As runs of its experiment on its cluster took, else as any on its cluster.
  std::optional<base::Duration> of_run(const domain::Run& run) const;
  std::optional<base::Duration> of_node(const domain::ClusterId& cluster) const;

 private:
  using Recent = std::deque<base::Duration>;
  using Kind = std::pair<domain::ClusterId, domain::ExperimentId>;
  static void add(Recent& recent, base::Duration duration);
  template <typename Key>
  static std::optional<base::Duration> median(const std::map<Key, Recent>& all, const Key& key);

  std::map<Kind, Recent> kinds_;
  std::map<domain::ClusterId, Recent> clusters_;
  std::map<domain::ClusterId, Recent> nodes_;
};

}  // namespace homeport::service::control
