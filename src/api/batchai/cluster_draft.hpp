#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "domain/workspace.hpp"
#include "security/tokens.hpp"
#include "service/clusters.hpp"

namespace homeport::api::batchai {

/// A cluster from the body of a PUT. Its definition says all but the scale, which may change.
/// InvalidArgument naming the field; NotImplemented for what is not built.
base::Result<service::ClusterDraft> parse_cluster(const domain::Workspace& workspace,
                                                  const std::string& name,
                                                  const boost::json::object& body,
                                                  const security::Keyring& keyring);

/// The scale of a PATCH; nullopt: it changes nothing.
base::Result<std::optional<domain::ScaleSettings>> parse_scale_change(
    const boost::json::object& body);

/// The image that a cluster is said to have where none was asked for.
boost::json::object default_image();

/// SetupTask.stdOutErrPathSuffix.
std::string setup_log_suffix(const domain::WorkspaceKey& key, const std::string& cluster,
                             const std::string& unique);

/// An error of the core about a scale, with the names that this dialect has for its fields.
base::Error scale_error(base::Error error);

}  // namespace homeport::api::batchai
