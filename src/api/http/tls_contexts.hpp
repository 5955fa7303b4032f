#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/result.hpp"
#include "security/certificates.hpp"

struct ssl_st;

namespace boost::asio::ssl {
class context;
}

namespace homeport::api::http {

/// The TLS settings of each name that a client may ask for (SNI), with a leaf of our own CA. TLS
/// 1.2 and up; ALPN offers http/1.1 only. Any thread.
class TlsContexts {
 public:
  /// `authority` outlives it.
  explicit TlsContexts(security::CertificateAuthority& authority);
  ~TlsContexts();
  TlsContexts(const TlsContexts&) = delete;
  TlsContexts& operator=(const TlsContexts&) = delete;

  /// For a connection to `local_address`: that address's leaf, until SNI asks for a name; where the
  /// CA may not vouch for it, localhost's, which the client will refuse by name.
  base::Result<std::shared_ptr<boost::asio::ssl::context>> for_address(
      const std::string& local_address);
  /// For a name that the CA may vouch for, in lower case.
  base::Result<std::shared_ptr<boost::asio::ssl::context>> for_name(const std::string& name);

 private:
  base::Result<std::shared_ptr<boost::asio::ssl::context>> make(const std::string& name);
  static int choose_by_name(ssl_st* connection, int* alert, void* self);

  security::CertificateAuthority& authority_;
  std::mutex mutex_;  ///< guards `contexts_`
  std::unordered_map<std::string, std::shared_ptr<boost::asio::ssl::context>> contexts_;
};

}  // namespace homeport::api::http
