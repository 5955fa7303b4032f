#pragma once

#include <string>

#include "api/http/message.hpp"
#include "api/storage/resource.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"
#include "security/secret.hpp"

namespace homeport::api::storage {

/// A shared access signature: what its query says, unverified. It is one of the whole account where
/// it names services and resource types (ss, srt), else of one container, blob, share or file.
struct Sas {
  std::string version{};         ///< sv
  std::string resource{};        ///< sr: "b" blob, "c" container, "s" share, "f" file
  std::string services{};        ///< ss: letters of b, f, q, t
  std::string resource_types{};  ///< srt: letters of s (service), c (container), o (object)
  std::string permissions{};     ///< sp
  std::string start{};           ///< st, as sent: the signature covers the text
  std::string expiry{};          ///< se
  std::string identifier{};      ///< si, of a stored access policy
  std::string addresses{};       ///< sip
  std::string protocols{};       ///< spr
  std::string cache_control{};   ///< rscc and its like: headers of the answer
  std::string disposition{};
  std::string encoding{};
  std::string language{};
  std::string type{};
  std::string snapshot{};          ///< of the query: a SAS may be one of a snapshot (sr=bs)
  std::string encryption_scope{};  ///< ses
  std::string signature{};
  bool of_account() const { return !services.empty() || !resource_types.empty(); }
};

/// Whether the query carries a SAS at all.
bool has_sas(const http::Request& request);
Sas parse_sas(const http::Request& request);

/// The text that its signature covers, in the form of its version (wire form changed on 2018-11-09
/// and 2020-12-06).
std::string sas_string_to_sign(const Sas& sas, const Resource& resource);

/// Whether the SAS is signed with `key` for this resource; not what it permits, nor when.
/// PermissionDenied "AuthenticationFailed" otherwise.
base::Result<void> verify_sas_signature(const Sas& sas, const Resource& resource,
                                        const security::Secret& key);

/// What the SAS leaves open is taken from the policy that it names. PermissionDenied where both say
/// the same thing, or neither does.
base::Result<void> complete_by_policy(Sas& sas, const objects::StoredPolicy& policy);

/// Whether it is good now, over this scheme and from this address. PermissionDenied
/// "AuthenticationFailed", "AuthorizationProtocolMismatch" or "AuthorizationSourceIPMismatch"
/// otherwise.
base::Result<void> check_sas_validity(const Sas& sas, const http::Request& request,
                                      base::TimePoint now);

/// Signs and renders a query ("sv=…&…&sig=…") for what the resource names: a blob or file, or where
/// its name is empty all of the container or share.
base::Result<std::string> make_sas(const Resource& resource, const std::string& permissions,
                                   base::TimePoint expiry, const security::Secret& key);

}  // namespace homeport::api::storage
