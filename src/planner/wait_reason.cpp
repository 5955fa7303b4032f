#include "planner/wait_reason.hpp"

#include <fmt/format.h>

#include "planner/gpus.hpp"

namespace homeport::planner {
namespace {

WaitCause cause_of(const Outlook& cluster, int node_count, size_t position) {
  if (cluster.deleting) return WaitCause::ClusterDeleting;
  if (node_count > cluster.max_nodes) return WaitCause::LargerThanCluster;
  if (node_count > cluster.machine_room) return WaitCause::LargerThanMachine;
  if (position > 1) return WaitCause::BehindOthers;
  if (cluster.idle >= node_count) {
    return cluster.short_of_gpus ? WaitCause::GpusTaken : WaitCause::NotLookedAt;
  }
  if (cluster.retrying) return WaitCause::NodesBroken;
  if (cluster.short_of_places) return WaitCause::PlacesTaken;
  if (cluster.preparing > 0) return WaitCause::NodesPreparing;
  return cluster.running > 0 ? WaitCause::NodesBusy : WaitCause::PlacesTaken;
}

std::string ordinal(size_t number) {
  const char* ending = "th";
  if (number % 100 < 11 || number % 100 > 13) {
    if (number % 10 == 1) ending = "st";
    if (number % 10 == 2) ending = "nd";
    if (number % 10 == 3) ending = "rd";
  }
  return fmt::format("{}{}", number, ending);
}

std::string nodes(int count) {
  return fmt::format("{} node{}", count, count == 1 ? "" : "s");
}

std::string what_is_missing(const WaitReason& reason) {
  const Outlook& cluster = reason.cluster;
  if (reason.cause != WaitCause::GpusTaken) return nodes(reason.node_count);
  const int gpus = gpus_of_gang(cluster.gpus_per_node, reason.node_count, cluster.gpus);
  return fmt::format("{} GPU{} for {}", gpus, gpus == 1 ? "" : "s", nodes(reason.node_count));
}

std::string state_of(const WaitReason& reason) {
  const Outlook& cluster = reason.cluster;
  switch (reason.cause) {
    case WaitCause::NotLookedAt:
      return "they are free";
    case WaitCause::NodesBusy:
      return fmt::format("{} of at most {} busy", cluster.running, cluster.max_nodes);
    case WaitCause::NodesPreparing:
      return fmt::format("{} being prepared", cluster.preparing);
    case WaitCause::PlacesTaken:
      return "every place for a node of this machine is taken";
    case WaitCause::GpusTaken:
      return fmt::format(
          "of this machine's {} not enough are free, or they are kept for earlier runs",
          cluster.gpus);
    case WaitCause::NodesBroken:
      return fmt::format("{} unusable{}; tried again soon", cluster.unusable,
                         cluster.trouble.empty() ? "" : fmt::format(" ({})", cluster.trouble));
    case WaitCause::BehindOthers:
      return "earlier runs come first";
    case WaitCause::LargerThanCluster:
      return cluster.manual ? fmt::format("{} has a target of {}: resize it, or cancel the run",
                                          cluster.name, cluster.max_nodes)
                            : fmt::format("{} has at most {}: raise its maximum, or cancel the run",
                                          cluster.name, cluster.max_nodes);
    case WaitCause::LargerThanMachine:
      return fmt::format("this machine can give it at most {} beside the other clusters' minimums",
                         cluster.machine_room);
    case WaitCause::ClusterDeleting:
      return "the cluster is being deleted";
  }
  return {};
}

}  // namespace

bool can_ever_fit(const Outlook& cluster, int node_count) {
  return node_count <= cluster.max_nodes && node_count <= cluster.machine_room;
}

WaitReason explain(const Outlook& cluster, int node_count, size_t position) {
  return {cause_of(cluster, node_count, position), node_count, position, cluster};
}

std::string describe(const WaitReason& reason) {
  return fmt::format("waits for {} of {} in {}; {} in the queue; {}", what_is_missing(reason),
                     reason.cluster.vm_size, reason.cluster.name, ordinal(reason.position),
                     state_of(reason));
}

std::string describe_start(base::Duration wait) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  constexpr auto kSecondsBelow = seconds(90);
  constexpr auto kMinutesBelow = minutes(90);
  if (wait < seconds(2)) return "starts any moment";
  if (wait < kSecondsBelow) {
    return fmt::format("starts in about {} s", std::chrono::round<seconds>(wait).count());
  }
  if (wait < kMinutesBelow) {
    return fmt::format("starts in about {} min", std::chrono::round<minutes>(wait).count());
  }
  return fmt::format("starts in about {} h", std::chrono::round<hours>(wait).count());
}

}  // namespace homeport::planner
