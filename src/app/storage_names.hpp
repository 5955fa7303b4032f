#pragma once

#include "api/gateway/published_name.hpp"
#include "api/http/message.hpp"
#include "service/context.hpp"

namespace homeport::app {

/// The answer to a request for a storage account's published name that no service here takes: an
/// account that is none of ours (those who came through the gateway are told which are), or a
/// service of it that is not built. In the storage dialect's envelope.
api::http::Response refuse_storage_name(const service::Context& context,
                                        const api::http::Request& request,
                                        const api::gateway::PublishedName& name);

}  // namespace homeport::app
