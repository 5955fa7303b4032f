#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"

namespace homeport::cli {

enum class Wait { No, Yes };

struct ClusterScale {
  std::optional<int> min_nodes;
  std::optional<int> max_nodes;
  std::optional<int> idle_seconds;
};

struct ClusterWish {
  std::string name;
  std::string vm_size;
  bool low_priority = false;
  ClusterScale scale;
};

int cluster_list(Context& context);
/// Conflict where there is one of that name already.
int cluster_create(Context& context, const ClusterWish& wish, Wait wait);
int cluster_show(Context& context, const std::string& name);
int cluster_scale(Context& context, const std::string& name, const ClusterScale& scale, Wait wait);
int cluster_delete(Context& context, const std::string& name, Wait wait);

struct Eviction {
  std::string cluster;
  std::string node;  ///< its id, its host name or its index
  int grace_seconds = 30;
};
/// Takes a low-priority node away and, with Wait::Yes, waits until it is gone.
int cluster_evict(Context& context, const Eviction& eviction, Wait wait);

}  // namespace homeport::cli
