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

// Which letters of sr belong to which service, those of a single object last.
bool is_resource_of(const std::string& letter, Service service) {
  return service == Service::Blob ? letter == "c" || letter == "b" || letter == "bs"
                                  : letter == "s" || letter == "f";
}

std::string account_string_to_sign(const Sas& sas, const std::string& account) {
  std::vector<std::string> parts{account,    sas.permissions, sas.services,  sas.resource_types,
                                 sas.start,  sas.expiry,      sas.addresses, sas.protocols,
                                 sas.version};
  if (sas.version >= kWithEncryptionScope) parts.push_back(sas.encryption_scope);
  return base::join(parts, "\n") + "\n";
}

}  // namespace

bool has_sas(const http::Request& request) {
  return request.parameter("sig").has_value();
}

Sas parse_sas(const http::Request& request) {
  const auto get = [&](const char* name) { return request.parameter(name).value_or(""); };
  return {get("sv"),   get("sr"),   get("ss"),   get("srt"),      get("sp"),   get("st"),
          get("se"),   get("si"),   get("sip"),  get("spr"),      get("rscc"), get("rscd"),
          get("rsce"), get("rscl"), get("rsct"), get("snapshot"), get("ses"),  get("sig")};
}

std::string sas_string_to_sign(const Sas& sas, const Resource& resource) {
  if (sas.of_account()) return account_string_to_sign(sas, resource.account);
  const bool files = resource.service == Service::Files;
  std::string path = (files ? "/file/" : "/blob/") + resource.account + "/" + resource.container;
  if (sas.resource != "c" && sas.resource != "s") path += "/" + resource.name;
  std::vector<std::string> parts{sas.permissions, sas.start,     sas.expiry,    path,
                                 sas.identifier,  sas.addresses, sas.protocols, sas.version};
  if (!files && sas.version >= kWithResource) {
    parts.push_back(sas.resource);
    parts.push_back(sas.resource == "bs" ? sas.snapshot : "");
  }
  if (!files && sas.version >= kWithEncryptionScope) parts.push_back(sas.encryption_scope);
  parts.insert(parts.end(),
               {sas.cache_control, sas.disposition, sas.encoding, sas.language, sas.type});
  return base::join(parts, "\n");
}

base::Result<void> verify_sas_signature(const Sas& sas, const Resource& resource,
                                        const security::Secret& key) {
  if (!sas.of_account() && !is_resource_of(sas.resource, resource.service)) {
    return refused("a SAS of '" + sas.resource + "' (sr) is not known here");
  }
  HP_TRY(const std::string expected, sign_with_account_key(key, sas_string_to_sign(sas, resource)));
  if (!security::equal_in_constant_time(sas.signature, expected)) {
    return refused("the SAS is not signed for this resource with this account's key");
  }
  return base::success();
}

base::Result<void> complete_by_policy(Sas& sas, const objects::StoredPolicy& policy) {
  const auto take = [](std::string& own, const std::string& stored) {
    if (!own.empty() && !stored.empty()) return false;
    if (own.empty()) own = stored;
    return true;
  };
  if (!take(sas.permissions, policy.permissions) || !take(sas.start, policy.start) ||
      !take(sas.expiry, policy.expiry)) {
    return refused("the SAS says again what its stored access policy says");
  }
  return base::success();
}

base::Result<void> check_sas_validity(const Sas& sas, const http::Request& request,
                                      base::TimePoint now) {
  HP_TRYV(check_times(sas, now));
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

base::Result<std::string> make_sas(const Resource& resource, const std::string& permissions,
                                   base::TimePoint expiry, const security::Secret& key) {
  Sas sas;
  sas.version = kOurVersion;
  const bool files = resource.service == Service::Files;
  if (resource.name.empty()) {
    sas.resource = files ? "s" : "c";
  } else {
    sas.resource = files ? "f" : "b";
  }
  sas.permissions = permissions;
  sas.expiry =
      base::to_iso8601(std::chrono::floor<std::chrono::seconds>(expiry)).substr(0, 19) + "Z";
  HP_TRY(const std::string signature,
         sign_with_account_key(key, sas_string_to_sign(sas, resource)));
  return "sv=" + sas.version + "&sr=" + sas.resource + "&sp=" + permissions +
         "&se=" + base::percent_encode(sas.expiry) + "&sig=" + base::percent_encode(signature);
}

}  // namespace homeport::api::storage
