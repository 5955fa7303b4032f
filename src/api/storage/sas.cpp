#include "api/storage/sas.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "api/storage/failure.hpp"
#include "api/storage/shared_key.hpp"
#include "base/text.hpp"
#include "security/tokens.hpp"

namespace homeport::api::storage {
namespace {

constexpr const char* kOurVersion = "2021-12-02";
constexpr std::string_view kWithResource = "2018-11-09";
constexpr std::string_view kWithEncryptionScope = "2020-12-06";

base::Error refused(std::string message) {
  return forbidden("AuthenticationFailed", std::move(message));
}

// A SAS may say a day, or leave the seconds out.
std::optional<base::TimePoint> parse_time(std::string text) {
  if (text.size() == 10) text += "T00:00:00Z";
  if (text.size() == 17 && text.back() == 'Z') text.insert(16, ":00");
  const auto time = base::parse_iso8601(text);
  return time.has_value() ? std::optional(time.value()) : std::nullopt;
}

std::optional<uint32_t> parse_address(std::string_view text) {
  in_addr address{};
  if (::inet_pton(AF_INET, std::string(text).c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

bool covers(const std::string& addresses, std::string_view remote) {
  const std::vector<std::string> ends = base::split(addresses, '-');
  const auto first = parse_address(ends.front());
  const auto last = parse_address(ends.back());
  const auto from = parse_address(remote);
  return first && last && from && *first <= *from && *from <= *last;
}

base::Result<void> check_times(const Sas& sas, base::TimePoint now) {
  const auto expiry = parse_time(sas.expiry);
  if (!expiry) return refused("the SAS has no readable expiry (se)");
  if (now >= *expiry) return refused("the SAS expired at " + sas.expiry);
  if (sas.start.empty()) return base::success();
  const auto start = parse_time(sas.start);
  if (!start) return refused("the SAS has no readable start (st)");
  if (now < *start) return refused("the SAS is good from " + sas.start + " only");
  return base::success();
}

base::Result<void> check_caller(const Sas& sas, const http::Request& request) {
  if (!sas.protocols.empty()) {
    const auto protocols = base::split(sas.protocols, ',');
    if (std::ranges::find(protocols, request.scheme) == protocols.end()) {
      return forbidden("AuthorizationProtocolMismatch",
                       "the SAS is for " + sas.protocols + " only");
    }
  }
  if (!sas.addresses.empty() && !covers(sas.addresses, request.remote_address)) {
    return forbidden("AuthorizationSourceIPMismatch", "the SAS is for other addresses");
  }
  return base::success();
}

}  // namespace

bool has_sas(const http::Request& request) {
  return request.parameter("sig").has_value();
}

Sas parse_sas(const http::Request& request) {
  const auto get = [&](const char* name) { return request.parameter(name).value_or(""); };
  return {get("sv"),   get("sr"),       get("sp"),   get("st"),   get("se"),   get("si"),
          get("sip"),  get("spr"),      get("rscc"), get("rscd"), get("rsce"), get("rscl"),
          get("rsct"), get("snapshot"), get("ses"),  get("sig")};
}

std::string sas_string_to_sign(const Sas& sas, const std::string& account,
                               const std::string& container, const std::string& blob) {
  std::string resource = "/blob/" + account + "/" + container;
  if (sas.resource == "b") resource += "/" + blob;
  std::vector<std::string> parts{sas.permissions, sas.start,     sas.expiry,    resource,
                                 sas.identifier,  sas.addresses, sas.protocols, sas.version};
  if (sas.version >= kWithResource) {
    parts.push_back(sas.resource);
    parts.push_back(sas.snapshot);
  }
  if (sas.version >= kWithEncryptionScope) parts.push_back(sas.encryption_scope);
  parts.insert(parts.end(),
               {sas.cache_control, sas.disposition, sas.encoding, sas.language, sas.type});
  return base::join(parts, "\n");
}

base::Result<void> verify_sas(const Sas& sas, const Resource& resource,
                              const http::Request& request, const security::Secret& key,
                              base::TimePoint now) {
  if (sas.resource != "b" && sas.resource != "c") {
    return refused("only service SAS of a blob (sr=b) or container (sr=c) are known here, not '" +
                   sas.resource + "'");
  }
  if (!sas.identifier.empty()) {
    return refused("stored access policies (si) are not built in Homeport yet");
  }
  HP_TRY(const std::string expected,
         sign_with_account_key(
             key, sas_string_to_sign(sas, resource.account, resource.container, resource.blob)));
  if (!security::equal_in_constant_time(sas.signature, expected)) {
    return refused("the SAS is not signed for this resource with this account's key");
  }
  HP_TRYV(check_times(sas, now));
  return check_caller(sas, request);
}

base::Result<std::string> make_sas(const std::string& account, const std::string& container,
                                   const std::string& blob, const std::string& permissions,
                                   base::TimePoint expiry, const security::Secret& key) {
  Sas sas;
  sas.version = kOurVersion;
  sas.resource = blob.empty() ? "c" : "b";
  sas.permissions = permissions;
  sas.expiry =
      base::to_iso8601(std::chrono::floor<std::chrono::seconds>(expiry)).substr(0, 19) + "Z";
  HP_TRY(const std::string signature,
         sign_with_account_key(key, sas_string_to_sign(sas, account, container, blob)));
  return "sv=" + sas.version + "&sr=" + sas.resource + "&sp=" + permissions +
         "&se=" + base::percent_encode(sas.expiry) + "&sig=" + base::percent_encode(signature);
}

}  // namespace homeport::api::storage
