#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "domain/workspace.hpp"
#include "service/clusters.hpp"

/// How a cluster and its nodes look in Azure Resource Manager's dialect.
namespace homeport::api::arm {

/// A ComputeResource of computeType AmlCompute, with keys of all api-versions that we serve.
boost::json::object compute_json(const domain::Workspace& workspace,
                                 const service::ClusterView& view);

/// AmlComputeNodesInformation.
boost::json::object nodes_json(const service::ClusterView& view);

/// A cluster from the body of a PUT. InvalidArgument names the field; NotImplemented another
/// computeType.
base::Result<service::ClusterDraft> parse_compute(const std::string& name,
                                                  const boost::json::object& body);

/// The scale settings of a PATCH, whose body nests them once or twice; anything else that it would
/// change is InvalidArgument naming it.
base::Result<service::ScaleChange> parse_scale_change(const boost::json::object& body);

}  // namespace homeport::api::arm
