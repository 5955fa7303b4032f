#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "security/principal.hpp"
#include "security/secret.hpp"
#include "security/service_principal.hpp"

namespace homeport::security {

/// The server's own keys, made at the first start and kept in DATA/secrets (0700; files 0600): the
/// owner's bearer token, the one for reading figures, the application that programs sign in as, the
/// key that signs tokens (JWT, HS256), the key that encrypts secrets at rest (AES-256-GCM).
/// Immutable after open; any thread.
class Keyring {
 public:
  /// Opens `directory`, making it and what is missing in it. PermissionDenied if it is readable by
  /// others.
  static base::Result<std::unique_ptr<Keyring>> open(const std::filesystem::path& directory);

  const Secret& owner_token() const { return owner_token_; }
  /// Lies in DATA/secrets/metrics-token, for the configuration of a Prometheus.
  const Secret& metrics_token() const { return metrics_token_; }

  /// A JWT for a run, with `exp` = now + lifetime.
  Secret issue_run_token(const RunIdentity& run, base::TimePoint now,
                         std::chrono::seconds lifetime) const;

  const ServicePrincipal& service_principal() const { return service_principal_; }

  /// A JWT of our directory for the service principal, good for `lifetime`; `issuer` and `audience`
  /// are as the client asked.
  Secret issue_access_token(const std::string& issuer, const std::string& audience,
                            base::TimePoint now, std::chrono::seconds lifetime) const;

  /// Who bears `token`: the owner (by the own token, or signed in as the service principal), a
  /// monitor or a run. Unauthenticated for a wrong, tampered or expired token.
  base::Result<Principal> verify_bearer(std::string_view token, base::TimePoint now) const;

  /// For the ledger: nonce and tag included, base64. decrypt: Internal if the text was changed.
  std::string encrypt(const Secret& secret) const;
  base::Result<Secret> decrypt(std::string_view sealed) const;

  /// Signs short-lived texts of our own (web session cookies, login codes): HMAC-SHA256, base64url.
  /// The caller puts the purpose and the expiry into the text.
  std::string sign(std::string_view text) const;

 private:
  Keyring() = default;
  base::Result<Principal> verify_access_token(std::string_view token, base::TimePoint now) const;

  Secret owner_token_;
  Secret metrics_token_;
  ServicePrincipal service_principal_;
  Secret token_key_;
  Secret access_key_;
  Secret text_key_;
  Secret sealing_key_;
};

/// HMAC-SHA256, raw bytes. Comparison of signatures must use equal_in_constant_time.
std::string hmac_sha256(std::string_view key, std::string_view text);
std::string sha256(std::string_view bytes);
std::string md5(std::string_view bytes);
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace homeport::security
