#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/http/router.hpp"
#include "base/clock.hpp"
#include "domain/run_spec.hpp"
#include "domain/volume.hpp"
#include "service/context.hpp"

namespace homeport::shares {
class ShareStore;
}

/// Azure Resource Manager's dialect of Microsoft.BatchAI, version 2018-05-01. Each function adds a
/// part of it; `context` must outlive the router.
namespace homeport::api::batchai {

/// A signed URL of one file, that the sender of `request` can read until `expiry`.
using FileLink = std::function<std::string(const http::Request& request,
                                           const domain::FilePlace& file, base::TimePoint expiry)>;
/// What differs between the environment asked for and the one that a job will get, in sentences.
using EnvironmentWarnings = std::function<std::vector<std::string>(const domain::EnvironmentSpec&)>;

/// Operations of the provider, long-running operations to poll, usages.
void add_location_routes(http::Router& router, const service::Context& context);
void add_workspace_routes(http::Router& router, const service::Context& context);
void add_experiment_routes(http::Router& router, const service::Context& context);
void add_cluster_routes(http::Router& router, const service::Context& context);
void add_job_routes(http::Router& router, const service::Context& context,
                    const EnvironmentWarnings& warnings);
/// `shares` must outlive the router.
void add_job_file_routes(http::Router& router, const service::Context& context,
                         shares::ShareStore& shares, const FileLink& link);
/// They are not built: each operation says so.
void add_file_server_routes(http::Router& router);

}  // namespace homeport::api::batchai
