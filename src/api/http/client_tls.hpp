#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct ssl_st;

namespace homeport::api::http {

/// The client's side of TLS over a connected, blocking socket. One thread.
class ClientTls {
 public:
  /// Greets the server as `host` and checks that its certificate is for that name or address and
  /// comes from `ca_certificates` (PEM; "": the system's). Unavailable with reason
  /// CertificateRefused or ConnectionLost. The socket stays the caller's and outlives this.
  static base::Result<std::unique_ptr<ClientTls>> greet(int socket, const std::string& host,
                                                        const std::string& ca_certificates);
  ~ClientTls();
  ClientTls(const ClientTls&) = delete;
  ClientTls& operator=(const ClientTls&) = delete;

  /// As send and recv of the system: bytes, 0 at the end, -1 with errno.
  ssize_t write(std::string_view bytes);
  ssize_t read(char* place, size_t size);

 private:
  ClientTls(int socket, ssl_st* session) : socket_(socket), session_(session) {}
  ssize_t outcome(int result) const;
  int socket_;
  ssl_st* session_;
};

}  // namespace homeport::api::http
