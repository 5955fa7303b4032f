#pragma once

#include <boost/json/object.hpp>

#include "domain/workspace.hpp"
#include "service/clusters.hpp"

namespace homeport::api::batchai {

/// A Cluster as the service showed it, whoever made it.
boost::json::object cluster_json(const domain::Workspace& workspace,
                                 const service::ClusterView& view);

}  // namespace homeport::api::batchai
