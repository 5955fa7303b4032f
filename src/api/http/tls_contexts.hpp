#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/result.hpp"
#include "security/certificates.hpp"
#include "security/given_certificate.hpp"

struct ssl_st;

namespace boost::asio::ssl {
class context;
}

namespace homeport::api::http {

/// The TLS settings of each name that a client may ask for (SNI): the certificate that the server
/// was given, where it covers the name; else a leaf of our own CA, where that may vouch for it;
/// else the given one again. TLS 1.2 and up; ALPN offers http/1.1 only. Any thread.
class TlsContexts {
 public:
  /// Both outlive it; `given` may be null.
  explicit TlsContexts(security::CertificateAuthority& authority,
                       const security::GivenCertificate* given = nullptr);
  ~TlsContexts();
  TlsContexts(const TlsContexts&) = delete;
  TlsContexts& operator=(const TlsContexts&) = delete;

  /// For a connection to `local_address`: that address's certificate, until SNI asks for a name.
  /// Where nothing vouches for it, localhost's leaf, which the client will refuse by name.
  base::Result<std::shared_ptr<boost::asio::ssl::context>> for_address(
      const std::string& local_address);
  /// Our own CA's, for a name that it may vouch for, in lower case.
  base::Result<std::shared_ptr<boost::asio::ssl::context>> for_name(const std::string& name);

 private:
  using Context = std::shared_ptr<boost::asio::ssl::context>;
  base::Result<Context> choose(const std::string& host);
  base::Result<Context> given_context();
  base::Result<Context> make(const std::string& name, const security::Leaf& leaf);
  static int choose_by_name(ssl_st* connection, int* alert, void* self);

  security::CertificateAuthority& authority_;
  const security::GivenCertificate* given_;
  std::mutex mutex_;       ///< guards `contexts_` and `given_context_`
  Context given_context_;  ///< made when it is first asked for
  std::unordered_map<std::string, std::shared_ptr<boost::asio::ssl::context>> contexts_;
};

}  // namespace homeport::api::http
