#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api/http/client.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::api::http {

class ClientTls;

struct Url {
  bool is_secure = false;
  std::string host;       ///< without brackets
  std::string port;       ///< "443"
  std::string authority;  ///< as in the URL: the Host header
  std::string target;     ///< "/path?query"

  bool same_server(const Url& other) const {
    return is_secure == other.is_secure && host == other.host && port == other.port;
  }
};

/// InvalidArgument for what is no http or https URL.
base::Result<Url> parse_url(std::string_view text);

/// A client's connection, in clear or under TLS; blocking. One thread.
class Transport {
 public:
  /// Connects, and for https greets and checks the server's certificate. Errors as Client::send.
  static base::Result<std::unique_ptr<Transport>> connect(const Url& url,
                                                          const ClientOptions& options);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  base::Result<void> write(std::string_view bytes);
  /// Zero bytes: the server has ended the connection.
  base::Result<size_t> read(char* place, size_t size);
  /// The server has ended the connection, or said something unasked: it cannot take a request.
  bool is_stale() const;

 private:
  explicit Transport(base::FileDescriptor fd);
  base::Error failed(const char* what, int number) const;

  base::FileDescriptor fd_;
  std::unique_ptr<ClientTls> tls_;
};

}  // namespace homeport::api::http
