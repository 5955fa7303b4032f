#pragma once

#include <string>
#include <vector>

#include "domain/resource_group.hpp"
#include "service/context.hpp"

namespace homeport::service {

/// Makes the group, or gives it these tags; the location stays that of its making. InvalidArgument
/// for a name that cannot be one.
base::Result<domain::ResourceGroup> put_resource_group(const Context& context,
                                                       domain::ResourceGroup draft);

/// One that was made, or that a workspace is in. NotFound/ResourceGroupNotFound.
base::Result<domain::ResourceGroup> get_resource_group(const Context& context,
                                                       const std::string& subscription_id,
                                                       const std::string& name);

/// By name, each once.
base::Result<std::vector<domain::ResourceGroup>> list_resource_groups(
    const Context& context, const std::string& subscription_id);

/// Conflict while a workspace is in it, naming that: what the service did with such a group, ending
/// everything in it, is not done by one call here.
base::Result<void> delete_resource_group(const Context& context, const std::string& subscription_id,
                                         const std::string& name);

/// The ids of all subscriptions that a workspace or a group names, in lower case, sorted.
base::Result<std::vector<std::string>> list_subscriptions(const Context& context);

}  // namespace homeport::service
