#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/attempt.hpp"
#include "domain/node.hpp"

namespace homeport::service {

/// TF_CONFIG for one process of a parameter-server attempt: the addresses of all, and its own
/// place.
/// https://www.tensorflow.org/api_docs/python/tf/distribute/cluster_resolver/TFConfigClusterResolver
std::string tensorflow_config(const domain::Attempt& attempt,
                              const std::vector<domain::Node>& nodes,
                              const domain::ProcessRecord& process);

/// "ADDRESS:PORT" of every process of a role, in order of index. `nodes` are those of the attempt.
std::vector<std::string> role_addresses(const domain::Attempt& attempt,
                                        const std::vector<domain::Node>& nodes,
                                        const std::string& role);

/// How processes that know their rank find each other, as PyTorch's environment rendezvous reads
/// it: MASTER_ADDR, MASTER_PORT (of the first process), RANK, WORLD_SIZE, LOCAL_RANK,
/// LOCAL_WORLD_SIZE, NODE_RANK. https://pytorch.org/docs/stable/distributed.html (environment
/// variable initialization)
std::map<std::string, std::string> rank_variables(const domain::Attempt& attempt,
                                                  const std::vector<domain::Node>& nodes,
                                                  const domain::ProcessRecord& process);

}  // namespace homeport::service
