#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/http/router.hpp"
#include "domain/run_spec.hpp"
#include "objects/object_store.hpp"
#include "service/context.hpp"

/// The data plane of Azure Machine Learning as its v1 clients speak it. Each function adds one
/// service; `context` must outlive the router.
namespace homeport::api::azureml {

enum class LinkFor { Reading, Writing };
/// A signed URL of an object that the sender of `request` can reach.
using BlobLink = std::function<std::string(const http::Request& request,
                                           const objects::ObjectName& object, LinkFor purpose)>;
/// What differs between the environment asked for and the one that a run will get, in sentences.
using EnvironmentWarnings = std::function<std::vector<std::string>(const domain::EnvironmentSpec&)>;

void add_discovery_routes(http::Router& router, const service::Context& context);
void add_experiment_routes(http::Router& router, const service::Context& context);
void add_run_routes(http::Router& router, const service::Context& context, const BlobLink& link);
void add_event_routes(http::Router& router, const service::Context& context);
void add_metric_routes(http::Router& router, const service::Context& context);
void add_artifact_routes(http::Router& router, const service::Context& context,
                         const BlobLink& link);
void add_snapshot_routes(http::Router& router, const service::Context& context);
void add_execution_routes(http::Router& router, const service::Context& context,
                          const EnvironmentWarnings& warnings);
void add_datastore_routes(http::Router& router, const service::Context& context);

}  // namespace homeport::api::azureml
