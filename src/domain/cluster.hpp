#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domain/ids.hpp"
#include "domain/workspace.hpp"

namespace homeport::domain {

enum class VmPriority { Dedicated, LowPriority };

/// How many nodes a cluster keeps. Autoscale: between min and max, as runs ask; an idle node above
/// min goes after `idle_time`. A manual target (Batch AI) is min == max.
struct ScaleSettings {
  int min_nodes = 0;
  int max_nodes = 1;
  std::chrono::seconds idle_time{120};

  bool operator==(const ScaleSettings&) const = default;
};

/// Fails with InvalidArgument naming the field: negative counts, max 0, max < min, negative idle
/// time.
base::Result<void> check_scale_settings(const ScaleSettings& settings);

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
  std::string admin_user_name;        ///< kept and shown; no account is made
  std::vector<std::string> warnings;  ///< what this machine cannot give, in whole sentences

  bool operator==(const Cluster&) const = default;
};

}  // namespace homeport::domain
