#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "api/batchai/resource.hpp"
#include "api/batchai/schema.hpp"
#include "api/batchai/toolkits.hpp"
#include "domain/cluster.hpp"
#include "service/runs.hpp"

namespace homeport::api::batchai {

/// The body of a job's PUT, held against its model.
struct JobParameters {
  Conformed body;
  ClusterReference cluster;
  Launch launch;
  /// Run::definition: the same text for the same parameters, secrets included (as a signature),
  /// whoever makes it and when.
  std::string definition;
};

/// InvalidArgument naming the field; NotImplemented for what is not built.
base::Result<JobParameters> parse_job(const boost::json::object& body,
                                      const security::Keyring& keyring);

/// What becomes of a job that would run on `cluster`. Errors as above, for what only shows beside
/// the cluster.
base::Result<service::RunDraft> draft_job(const service::Context& context,
                                          const domain::Workspace& workspace,
                                          const std::string& experiment, const std::string& name,
                                          const JobParameters& parameters,
                                          const domain::Cluster& cluster);

}  // namespace homeport::api::batchai
