#pragma once

#include <string>

#include "api/http/message.hpp"
#include "api/storage/resource.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "security/secret.hpp"

namespace homeport::api::storage {

/// A service SAS: what its query says, unverified.
struct Sas {
  std::string version{};      ///< sv
  std::string resource{};     ///< sr: "b" or "c"
  std::string permissions{};  ///< sp
  std::string start{};        ///< st, as sent: the signature covers the text
  std::string expiry{};       ///< se
  std::string identifier{};
  std::string addresses{};
  std::string protocols{};
  std::string cache_control{};  ///< rscc and its like: headers of the answer
  std::string disposition{};
  std::string encoding{};
  std::string language{};
  std::string type{};
  std::string snapshot{};
  std::string encryption_scope{};
  std::string signature{};
};

/// Whether the query carries a SAS at all.
bool has_sas(const http::Request& request);
Sas parse_sas(const http::Request& request);

/// The text that its signature covers, in the form of its version (wire form changed on 2018-11-09
/// and 2020-12-06).
std::string sas_string_to_sign(const Sas& sas, const std::string& account,
                               const std::string& container, const std::string& blob);

/// Whether the SAS is signed with `key` for this resource, now, over this scheme and from this
/// address; not what it permits. PermissionDenied "AuthenticationFailed",
/// "AuthorizationProtocolMismatch" or "AuthorizationSourceIPMismatch" otherwise.
base::Result<void> verify_sas(const Sas& sas, const Resource& resource,
                              const http::Request& request, const security::Secret& key,
                              base::TimePoint now);

/// Signs and renders a query ("sv=…&…&sig=…") for a blob, or for a container where `blob` is empty.
base::Result<std::string> make_sas(const std::string& account, const std::string& container,
                                   const std::string& blob, const std::string& permissions,
                                   base::TimePoint expiry, const security::Secret& key);

}  // namespace homeport::api::storage
