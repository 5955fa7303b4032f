#pragma once

#include <filesystem>

#include "domain/ids.hpp"
#include "service/context.hpp"

/// Where a run and its cluster lie below the data directory. User code sees them at these same
/// paths on every node; what is behind a path may be the node's own.
namespace homeport::service {

/// DATA/runs/WORKSPACE/RUN.
inline std::filesystem::path run_directory(const Context& context,
                                           const domain::WorkspaceId& workspace,
                                           const domain::RunId& run) {
  return context.data_directory / "runs" / workspace.text() / run.text();
}

/// Where the run's snapshot is unpacked; shared by the gang.
inline std::filesystem::path run_project(const Context& context,
                                         const domain::WorkspaceId& workspace,
                                         const domain::RunId& run) {
  return run_directory(context, workspace, run) / "project";
}

/// Above the run's volumes, each at its relative path, and its datastores, each at its name.
inline std::filesystem::path run_mounts(const Context& context,
                                        const domain::WorkspaceId& workspace,
                                        const domain::RunId& run) {
  return run_directory(context, workspace, run) / "mounts";
}

/// Scratch that the nodes of an attempt share: where they meet.
inline std::filesystem::path run_shared(const Context& context,
                                        const domain::WorkspaceId& workspace,
                                        const domain::RunId& run) {
  return run_directory(context, workspace, run) / "shared";
}

/// The nodes of an attempt with their slots, as mpirun reads them.
inline std::filesystem::path run_host_file(const Context& context,
                                           const domain::WorkspaceId& workspace,
                                           const domain::RunId& run) {
  return run_directory(context, workspace, run) / "hostfile";
}

/// Where the nodes of an attempt listen for processes that are to be started on them.
inline std::filesystem::path run_doors(const Context& context, const domain::WorkspaceId& workspace,
                                       const domain::RunId& run) {
  return run_directory(context, workspace, run) / "doors";
}

/// Scratch of each node's own; gone after the attempt.
inline std::filesystem::path run_temporary(const Context& context,
                                           const domain::WorkspaceId& workspace,
                                           const domain::RunId& run) {
  return run_directory(context, workspace, run) / "temp";
}

/// Of each node's own; where processes without a project start.
inline std::filesystem::path run_work(const Context& context, const domain::WorkspaceId& workspace,
                                      const domain::RunId& run) {
  return run_directory(context, workspace, run) / "work";
}

/// DATA/clusters/CLUSTER.
inline std::filesystem::path cluster_directory(const Context& context,
                                               const domain::ClusterId& cluster) {
  return context.data_directory / "clusters" / cluster.text();
}

/// Above the cluster's volumes, each at its relative path; seen by every run of the cluster.
inline std::filesystem::path cluster_mounts(const Context& context,
                                            const domain::ClusterId& cluster) {
  return cluster_directory(context, cluster) / "mounts";
}

/// What outlives the attempts of a node, and nothing else: the home of users of a cluster that has
/// a setup. Behind the path, each node has its own.
inline std::filesystem::path cluster_home(const Context& context,
                                          const domain::ClusterId& cluster) {
  return cluster_directory(context, cluster) / "home";
}

/// A node's own files: output of its setup, and what is behind cluster_home().
inline std::filesystem::path node_directory(const Context& context,
                                            const domain::ClusterId& cluster,
                                            const domain::NodeId& node) {
  return cluster_directory(context, cluster) / "nodes" / node.text();
}

}  // namespace homeport::service
