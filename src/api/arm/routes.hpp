#pragma once

#include <string>

#include "api/http/router.hpp"
#include "service/context.hpp"

/// The control plane: Azure Resource Manager's dialect of Microsoft.MachineLearningServices
/// (api-versions 2018-11-19 to 2019-06-01) and our own provider, Homeport.Compute.
namespace homeport::api::arm {

/// Tenants, subscriptions, their locations and resource providers.
void add_subscription_routes(http::Router& router, const service::Context& context);

void add_resource_group_routes(http::Router& router, const service::Context& context);

/// Storage accounts, which are made with their workspaces, and their keys.
void add_storage_account_routes(http::Router& router, const service::Context& context);

/// Workspaces, their keys and lists.
void add_workspace_routes(http::Router& router, const service::Context& context);

/// Computes (AmlCompute; others answer NotImplemented), their nodes, and operations to poll.
void add_compute_routes(http::Router& router, const service::Context& context);

/// VM sizes and usages of a location.
void add_location_routes(http::Router& router, const service::Context& context);

}  // namespace homeport::api::arm
