#include "security/json_web_token.hpp"

#include <boost/json.hpp>

#include "base/text.hpp"
#include "security/tokens.hpp"

namespace homeport::security {
namespace {

namespace json = boost::json;

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";

std::string signature_of(std::string_view text, const Secret& key) {
  return base::base64url_encode(hmac_sha256(key.reveal(), text));
}

json::object claims_of(std::string_view token) {
  const size_t first = token.find('.');
  const size_t last = token.rfind('.');
  if (first == last) return {};
  const auto text = base::base64url_decode(token.substr(first + 1, last - first - 1));
  boost::system::error_code error;
  json::value claims = json::parse(text.value_or(""), error);
  return error || !claims.is_object() ? json::object() : std::move(claims.get_object());
}

}  // namespace

base::Error token_refused(const char* why) {
  return base::Error{base::ErrorCode::Unauthenticated,
                     std::string("the bearer token ") + why + "; take a fresh one",
                     {},
                     "InvalidToken",
                     {}};
}

std::string text_claim(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Secret sign_token(json::object claims, base::TimePoint now, std::chrono::seconds lifetime,
                  const Secret& key) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  claims["iat"] = seconds.count();
  claims["nbf"] = seconds.count();
  claims["exp"] = (seconds + lifetime).count();
  const std::string text =
      base::base64url_encode(kHeader) + "." + base::base64url_encode(json::serialize(claims));
  return Secret(text + "." + signature_of(text, key));
}

bool is_signed_by(std::string_view token, const Secret& key) {
  const size_t last = token.rfind('.');
  return last != std::string_view::npos &&
         equal_in_constant_time(token.substr(last + 1), signature_of(token.substr(0, last), key));
}

TokenPurpose purpose_of(std::string_view verified_token) {
  const json::object claims = claims_of(verified_token);
  return {text_claim(claims, "aud"), text_claim(claims, "iss")};
}

base::Result<json::object> verify_token(std::string_view token, base::TimePoint now,
                                        const Secret& key) {
  if (!is_signed_by(token, key)) return token_refused("is not known here");
  // From here on the text is ours: what follows checks its meaning, not its shape.
  json::object claims = claims_of(token);
  if (claims.empty()) return token_refused("is not known here");
  const json::value* expiry = claims.if_contains("exp");
  if (expiry == nullptr || !expiry->is_int64() ||
      now.time_since_epoch() >= std::chrono::seconds(expiry->get_int64())) {
    return token_refused("has expired");
  }
  return claims;
}

}  // namespace homeport::security
