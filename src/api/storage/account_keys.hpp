#pragma once

#include <string_view>

#include "base/result.hpp"
#include "security/secret.hpp"

namespace homeport::api::storage {

/// The keys of the storage accounts that this Homeport serves. Any thread.
class AccountKeys {
 public:
  virtual ~AccountKeys() = default;
  /// The account's key, base64 as clients are given it. NotFound for an account that is none of
  /// ours.
  virtual base::Result<security::Secret> key(std::string_view account) const = 0;
};

}  // namespace homeport::api::storage
