#pragma once

#include <cstddef>
#include <string>

#include "base/clock.hpp"
#include "domain/ids.hpp"

namespace homeport::planner {

/// What a cluster's waiting runs need to know of it, as the last plan left it.
struct Outlook {
  domain::ClusterId cluster_id;
  std::string name;
  std::string vm_size;
  int max_nodes = 0;
  int idle = 0;
  int preparing = 0;  ///< those that the plan starts are among them
  int running = 0;
  int unusable = 0;
  int target = 0;                ///< nodes that it should have now
  int machine_room = 0;          ///< nodes that it could have at most beside the others' minimums
  bool short_of_places = false;  ///< it asked for more nodes than the engine has places left
  bool retrying = false;         ///< node starts failed; the next try is in the future
  bool deleting = false;
  std::string trouble;    ///< why a node of it is unusable
  bool resizing = false;  ///< nodes come or go, or are wanted and not to be had
  bool manual = false;    ///< max_nodes is what it was resized to
  int gpus_per_node = 0;
  int gpus = 0;                ///< of the machine
  bool short_of_gpus = false;  ///< its first waiting run has the nodes, and lacks GPUs

  bool operator==(const Outlook&) const = default;
};

enum class WaitCause {
  NotLookedAt,     ///< the nodes are there; the next plan places it
  NodesBusy,       ///< the cluster may not grow; its nodes serve other runs
  NodesPreparing,  ///< nodes for it are on their way
  PlacesTaken,     ///< the machine has no place for another node
  GpusTaken,       ///< the nodes are there; the GPUs serve other runs
  NodesBroken,     ///< nodes could not be started; tried again soon
  BehindOthers,    ///< earlier runs of the queue come first
  LargerThanCluster,
  LargerThanMachine,
  ClusterDeleting,
};

/// Why a run waits, as data; describe() says it in words.
struct WaitReason {
  WaitCause cause = WaitCause::BehindOthers;
  int node_count = 1;
  size_t position = 1;  ///< in its cluster's queue, from 1; runs that can never fit do not count
  Outlook cluster;

  bool operator==(const WaitReason&) const = default;
};

/// Whether a run of this size could ever be placed here: if not, it holds nobody back.
bool can_ever_fit(const Outlook& cluster, int node_count);

/// Why a run of `node_count` nodes waits at `position` of this cluster's queue.
WaitReason explain(const Outlook& cluster, int node_count, size_t position);

/// "waits for 2 nodes of STANDARD_NC6 in nc6; 3rd in the queue; all 4 are busy".
std::string describe(const WaitReason& reason);

/// "starts in about 4 min" for a run that is expected to start after `wait`.
std::string describe_start(base::Duration wait);

}  // namespace homeport::planner
