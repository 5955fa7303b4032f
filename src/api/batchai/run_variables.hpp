#pragma once

#include <map>
#include <string>

#include "service/context.hpp"
#include "service/order_composer.hpp"

namespace homeport::api::batchai {

/// The AZ_BATCHAI_* and AZ_BATCH_* variables of one process of a job, or of its preparation. Paths
/// are those that the process sees; addresses have ports that belong to the attempt.
std::map<std::string, std::string> run_variables(const service::Context& context,
                                                 const service::ProcessScene& scene);

/// What the setup task of a node finds: where the cluster's volumes are, and which node it is.
std::map<std::string, std::string> node_variables(const service::Context& context,
                                                  const domain::Cluster& cluster,
                                                  const domain::Node& node);

}  // namespace homeport::api::batchai
