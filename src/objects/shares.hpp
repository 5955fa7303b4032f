#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace homeport::objects {

/// What the account part of a container's name ends with where the container is a file share.
inline constexpr std::string_view kShareSuffix = ".file";

/// The name in an ObjectStore under which the file shares of a storage account are containers: a
/// share and a container of one name are two things.
inline std::string share_account(std::string_view account) {
  return std::string(account) + std::string(kShareSuffix);
}

/// The storage account whose shares `account` holds; nullopt if it holds containers of blobs.
inline std::optional<std::string> account_of_share(std::string_view account) {
  if (!account.ends_with(kShareSuffix)) return std::nullopt;
  return std::string(account.substr(0, account.size() - kShareSuffix.size()));
}

}  // namespace homeport::objects
