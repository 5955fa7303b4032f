#pragma once

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

}  // namespace homeport::objects
