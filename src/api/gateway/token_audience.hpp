#pragma once

#include <functional>
#include <string_view>

#include "security/json_web_token.hpp"

/// For whom a token was asked ("https://management.azure.com/"): one that was asked for another
/// service must not open this one, since that service has seen it.
namespace homeport::api::gateway {

/// Whether a host is this server's own address. That by which the client came to sign in is, too.
using IsOwnHost = std::function<bool(std::string_view host)>;

/// For the control plane and the data plane of Azure Machine Learning.
bool is_for_management(const security::TokenPurpose& token, const IsOwnHost& is_own);

/// For accounts of Azure Storage.
bool is_for_storage(const security::TokenPurpose& token, const IsOwnHost& is_own);

}  // namespace homeport::api::gateway
