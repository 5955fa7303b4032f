#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "security/certificates.hpp"

namespace homeport::security {

/// A certificate that somebody else issued for this server's own names, with its key. Immutable;
/// any thread.
class GivenCertificate {
 public:
  /// Reads two PEM files: the chain, the server's own certificate first, and its key without a
  /// passphrase. NotFound, PermissionDenied (not to be read by us; a key that others may read or
  /// change) or InvalidArgument (not PEM, a pair that does not belong together, not valid at
  /// `now`), the target naming "tls-cert" or "tls-key".
  static base::Result<std::unique_ptr<GivenCertificate>> read(
      const std::filesystem::path& certificate, const std::filesystem::path& key,
      base::TimePoint now);
  ~GivenCertificate();

  const Leaf& leaf() const { return leaf_; }
  /// Whether a client that asked for this host name or IP address would take it.
  bool covers(const std::string& host) const;

 private:
  GivenCertificate();
  struct State;
  std::unique_ptr<State> state_;
  Leaf leaf_;
};

}  // namespace homeport::security
