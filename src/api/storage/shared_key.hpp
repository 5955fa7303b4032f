#pragma once

#include <string>
#include <string_view>

#include "api/http/message.hpp"
#include "api/storage/resource.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "security/secret.hpp"

namespace homeport::api::storage {

/// Two questions in which published clients differ; a signature is good if it fits either answer.
struct SigningStyle {
  bool linguistic_order = false;  ///< x-ms headers sorted as words ('-' does not count)
  bool plus_is_blank = false;     ///< '+' in a query value
};

/// The text that an `Authorization: SharedKey` signature covers.
std::string string_to_sign(const http::Request& request, const Resource& resource,
                           SigningStyle style);

/// base64 of the HMAC of `text` with an account's key. Internal if the key is no base64.
base::Result<std::string> sign_with_account_key(const security::Secret& key, std::string_view text);

/// Whether `authorization` ("SharedKey ACCOUNT:SIGNATURE") signs this request with `key`, at most
/// 15 minutes ago. PermissionDenied "AuthenticationFailed" otherwise.
base::Result<void> verify_shared_key(const http::Request& request, const Resource& resource,
                                     std::string_view authorization, const security::Secret& key,
                                     base::TimePoint now);

}  // namespace homeport::api::storage
