#pragma once

#include <functional>
#include <string_view>

#include "api/http/message.hpp"
#include "api/storage/authorization.hpp"
#include "api/storage/resource.hpp"

namespace homeport::api::storage {

/// A request that changed a storage account, a container or a share itself, who may use it, or
/// what is valid there; or one that was refused that. What lies in a container is not told of.
/// Everything is borrowed for the call.
struct AccountChange {
  const http::Request& request;
  const Resource& resource;
  std::string_view operation;  ///< "Create Container", as the service's documentation calls it
  const Grant& grant;          ///< Anonymous where the credentials were not accepted
  const http::Response& response;
};

/// Told of each, on a worker thread, before the answer is sent. Several threads at once.
using ChangeObserver = std::function<void(const AccountChange&)>;

/// Whether a request for an operation at that level is one to tell of.
inline bool changes_account(std::string_view method, Level level) {
  return level != Level::Object && method != "GET" && method != "HEAD" && method != "OPTIONS";
}

}  // namespace homeport::api::storage
