#pragma once

#include <chrono>
#include <string>

#include "domain/node.hpp"
#include "service/context.hpp"

namespace homeport::service {

/// The longest grace that an eviction gives a run.
inline constexpr std::chrono::minutes kLongestGrace{60};

/// Takes the place of a low-priority node away, as somebody with a better right to it would: the
/// run on it is told to end (SIGTERM), has `grace` to do so, and waits in the queue again with its
/// attempt counted; the node is Preempted until it is gone. `node`: its id, its host name ("nc6-0")
/// or its index in the cluster ("0"). The node as it was. What was said is not committed: a server
/// that dies at once may forget it. Errors: NotFound/ComputeTargetNotFound, NotFound/NodeNotFound;
/// InvalidArgument "grace"; Conflict/NodeNotEvictable where the cluster is dedicated, or the node
/// neither idle nor running.
base::Result<domain::Node> evict_node(const Context& context, const domain::Workspace& workspace,
                                      const std::string& cluster, const std::string& node,
                                      std::chrono::milliseconds grace);

}  // namespace homeport::service
