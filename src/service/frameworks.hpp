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

}  // namespace homeport::service
