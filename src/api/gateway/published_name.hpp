#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.hpp"

/// The names under which the two services were known on the internet, and which of them a host is.
namespace homeport::api::gateway {

inline constexpr std::string_view kManagementHost = "management.azure.com";
inline constexpr std::string_view kLoginHost = "login.microsoftonline.com";

struct PublishedName {
  enum class Kind { Management, Login, DataPlane, Storage };
  Kind kind = Kind::Management;
  std::string account{};  ///< of Storage, in lower case, without "-secondary"
  std::string service{};  ///< of Storage: "blob", "file", "queue", "table", "dfs"

  bool operator==(const PublishedName&) const = default;
};

/// `host` may have a port, a final dot, and any case. nullopt for what is none of their names.
std::optional<PublishedName> parse_published_name(std::string_view host);

/// Where a client that sends `request` finds a storage account's service: the account's published
/// name if it came to us by one, else our own address with the account in the path.
std::string storage_endpoint(const http::Request& request, const std::string& account,
                             std::string_view service);

}  // namespace homeport::api::gateway
