#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domain/ids.hpp"
#include "domain/node_setup.hpp"
#include "domain/workspace.hpp"

namespace homeport::domain {

enum class VmPriority { Dedicated, LowPriority };

enum class ScaleMode {
  Automatic,  ///< between min and max, as runs ask
  Manual,     ///< as many as were asked for: min == max, which may be 0
};

/// What becomes of the runs on nodes that a smaller manual target takes away.
enum class Deallocation {
  Requeue,      ///< stopped, and queued again
  Terminate,    ///< stopped for good
  WaitForRuns,  ///< the node leaves when its run has ended
};

/// How many nodes a cluster keeps. An idle node above min goes after `idle_time`.
struct ScaleSettings {
  int min_nodes = 0;
  int max_nodes = 1;
  std::chrono::seconds idle_time{120};  ///< as long where a dialect has no such setting
  ScaleMode mode = ScaleMode::Automatic;
  int initial_nodes =
      0;  ///< of an automatic one: started with at its creation, between min and max
  Deallocation deallocation = Deallocation::Requeue;

  bool operator==(const ScaleSettings&) const = default;
};

/// Fails with InvalidArgument naming the field: negative counts, max 0 where nodes come by
/// themselves, a manual min that is not max, max < min, initial outside of them, negative idle
/// time.
base::Result<void> check_scale_settings(const ScaleSettings& settings);

/// Why a node of a cluster could not be had.
struct ClusterProblem {
  std::string code;  ///< as Node::reason_code
  std::string node;  ///< its host name
  std::string message;
  base::TimePoint at{};

  bool operator==(const ClusterProblem&) const = default;
};

enum class ClusterState { Active, Deleting };
enum class AllocationState { Steady, Resizing };

struct Cluster {
  ClusterId id;
  WorkspaceId workspace_id;
  std::string name;
  std::string location;
  std::string vm_size;  ///< name in the catalogue
  VmPriority priority = VmPriority::Dedicated;
  ScaleSettings scale;
  ClusterState state = ClusterState::Active;
  AllocationState allocation = AllocationState::Resizing;
  base::TimePoint allocation_since{};
  base::TimePoint created_at{};
  base::TimePoint modified_at{};
  std::string description;
  Tags tags;
  std::string
      subnet_id;  ///< kept and shown; nodes of the local engine have no network of their own
  std::string admin_user_name;     ///< kept and shown; no account is made
  std::optional<NodeSetup> setup;  ///< none: a node is ready when its agent is
  std::string definition;  ///< what else its dialect shows back, in that dialect's own words
  std::vector<std::string> warnings;  ///< what this machine cannot give, in whole sentences
  /// Of the node starts that failed since the last one that went well or the last new scale.
  std::vector<ClusterProblem> problems;
  bool settled = false;   ///< it has had its initial nodes, or does not want them any more
  uint64_t revision = 1;  ///< counts what clients changed

  bool operator==(const Cluster&) const = default;
};

}  // namespace homeport::domain
