#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "security/secret.hpp"

/// Tokens that say what they are good for (JWT, RFC 7519), signed with HMAC-SHA256. Any thread.
namespace homeport::security {

/// `claims` with "iat", "nbf" (both `now`) and "exp" added.
Secret sign_token(boost::json::object claims, base::TimePoint now, std::chrono::seconds lifetime,
                  const Secret& key);

/// Whether `key` signed it, whatever it says.
bool is_signed_by(std::string_view token, const Secret& key);

/// The claims of a token that `key` signed and whose time has not passed; Unauthenticated for
/// any other.
base::Result<boost::json::object> verify_token(std::string_view token, base::TimePoint now,
                                               const Secret& key);

/// A claim that is a text; "" where there is none.
std::string text_claim(const boost::json::object& claims, std::string_view name);

/// For whom a token was asked ("aud"), and under which name of ours ("iss").
struct TokenPurpose {
  std::string audience;  ///< empty: the token does not say
  std::string issuer;
};
TokenPurpose purpose_of(std::string_view verified_token);

base::Error token_refused(const char* why);

}  // namespace homeport::security
