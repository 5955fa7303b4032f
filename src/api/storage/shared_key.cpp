#include "api/storage/shared_key.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <vector>

#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "base/text.hpp"
#include "security/tokens.hpp"

namespace homeport::api::storage {
namespace {

constexpr std::array<std::string_view, 11> kSignedHeaders{"Content-Encoding",
                                                          "Content-Language",
                                                          "Content-Length",
                                                          "Content-MD5",
                                                          "Content-Type",
                                                          "Date",
                                                          "If-Modified-Since",
                                                          "If-Match",
                                                          "If-None-Match",
                                                          "If-Unmodified-Since",
                                                          "Range"};

constexpr std::chrono::minutes kMaxSkew{15};

// The service sorts headers by a table of word weights, in which '-' has none and '_' comes before
// digits and letters.
std::string word_key(std::string_view name) {
  std::string key;
  for (const char c : name) {
    if (c != '-') key += c == '_' ? '!' : c;
  }
  return key;
}

std::string canonical_headers(const http::Request& request, bool linguistic_order) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& [name, value] : request.headers.fields()) {
    std::string lower = base::to_lower(name);
    if (!lower.starts_with("x-ms-")) continue;
    fields.emplace_back(std::move(lower), std::string(base::trim(value)));
  }
  std::ranges::stable_sort(fields, [&](const auto& a, const auto& b) {
    if (linguistic_order) return word_key(a.first) < word_key(b.first);
    return a.first < b.first;
  });
  std::string text;
  for (const auto& [name, value] : fields) text += name + ":" + value + "\n";
  return text;
}

std::string decoded(std::string_view text, bool plus_is_blank) {
  std::string raw(text);
  if (plus_is_blank) std::ranges::replace(raw, '+', ' ');
  return base::percent_decode(raw).value_or(raw);
}

std::string canonical_query(const std::string& raw_query, bool plus_is_blank) {
  std::map<std::string, std::vector<std::string>> values;
  for (const std::string& part : base::split(raw_query, '&')) {
    if (part.empty()) continue;
    const size_t equals = std::min(part.find('='), part.size());
    const std::string name = base::to_lower(decoded(part.substr(0, equals), plus_is_blank));
    const std::string value = equals < part.size() ? part.substr(equals + 1) : "";
    values[name].push_back(decoded(value, plus_is_blank));
  }
  std::string text;
  for (auto& [name, all] : values) {
    std::ranges::sort(all);
    text += "\n" + name + ":" + base::join(all, ",");
  }
  return text;
}

base::Error wrong_signature() {
  return forbidden("AuthenticationFailed",
                   "the signature is not one of this account's key: check the account key");
}

base::Result<void> check_age(const http::Request& request, base::TimePoint now) {
  const std::string_view ms_date = request.headers.get("x-ms-date");
  const auto date = parse_http_date(ms_date.empty() ? request.headers.get("Date") : ms_date);
  if (!date) {
    return forbidden("AuthenticationFailed",
                     "a signed request needs an x-ms-date or Date header of RFC 1123");
  }
  const auto age = now > *date ? now - *date : *date - now;
  if (age > kMaxSkew) {
    return forbidden("AuthenticationFailed",
                     "the request's date is more than 15 minutes from this server's: check the "
                     "clocks");
  }
  return base::success();
}

}  // namespace

std::string string_to_sign(const http::Request& request, const Resource& resource,
                           SigningStyle style) {
  std::string text = request.method + "\n";
  for (const std::string_view name : kSignedHeaders) {
    std::string_view value = request.headers.get(name);
    if (name == "Content-Length" && value == "0") value = "";
    if (name == "Date" && request.headers.has("x-ms-date")) value = "";
    text += std::string(value) + "\n";
  }
  text += canonical_headers(request, style.linguistic_order);
  text += "/" + resource.account + resource.wire_path;
  return text + canonical_query(resource.raw_query, style.plus_is_blank);
}

base::Result<std::string> sign_with_account_key(const security::Secret& key,
                                                std::string_view text) {
  const auto bytes = base::base64_decode(key.reveal());
  if (!bytes) return base::internal("an account's key is not base64");
  return base::base64_encode(security::hmac_sha256(*bytes, text));
}

base::Result<void> verify_shared_key(const http::Request& request, const Resource& resource,
                                     std::string_view authorization, const security::Secret& key,
                                     base::TimePoint now) {
  const std::string_view credential = base::trim(authorization.substr(authorization.find(' ') + 1));
  const size_t colon = credential.find(':');
  if (colon == std::string_view::npos || credential.substr(0, colon) != resource.account) {
    return forbidden("AuthenticationFailed",
                     "the Authorization header names another account than the URL");
  }
  const std::string_view given = credential.substr(colon + 1);
  bool good = false;
  for (const bool linguistic : {false, true}) {
    for (const bool blank : {false, true}) {
      HP_TRY(const std::string expected,
             sign_with_account_key(key, string_to_sign(request, resource, {linguistic, blank})));
      good |= security::equal_in_constant_time(given, expected);
    }
  }
  if (!good) return wrong_signature();
  return check_age(request, now);
}

}  // namespace homeport::api::storage
