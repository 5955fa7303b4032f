#pragma once

#include <string>
#include <vector>

#include "base/expand.hpp"
#include "domain/cluster.hpp"
#include "domain/node.hpp"
#include "engine/engine.hpp"
#include "service/context.hpp"
#include "service/volumes.hpp"

/// What orders of attempts and of setups have in common.
namespace homeport::service {

/// "azureml-logs/70_driver_log_{role}_{index}.txt" with its places filled in.
std::string fill_log_name(std::string pattern, const std::string& role, int index,
                          const std::string& node);

/// /etc/hosts of nodes that know each other.
std::string hosts_file(const std::vector<domain::Node>& nodes);

/// A host file for mpirun: each node with a slot for each GPU of its size, at least one.
std::string mpi_host_file(const domain::Cluster& cluster, const std::vector<domain::Node>& nodes);

/// Words that a shell reads: the node replaces nothing in them.
std::vector<std::string> verbatim(std::vector<std::string> words);

/// Whether what a user keeps in his home on a node of the cluster outlives a run: where a setup
/// may have put something there.
bool has_home(const domain::Cluster& cluster);
/// That home.
engine::ScratchOrder home_on(const Context& context, const domain::Cluster& cluster,
                             const domain::Node& node);

/// `variables` are those of commands that mount.
void add_volumes(engine::AttemptOrder& order, VolumePlan plan, const base::Variables& variables);

}  // namespace homeport::service
