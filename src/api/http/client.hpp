#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "api/http/message.hpp"
#include "base/result.hpp"

namespace homeport::api::http {

struct ClientOptions {
  /// Trusted for https (PEM), beside nothing else; "": what the system trusts.
  std::string ca_certificates{};
  /// A path: every request goes to this unix socket; the URL's host is only named.
  std::string unix_socket{};
  std::chrono::milliseconds connect_timeout{5'000};
  /// Without a byte sent or received.
  std::chrono::milliseconds silence_timeout{60'000};
};

struct ClientRequest {
  std::string method;
  std::string url;  ///< "http://host:port/path?query", escaped already
  Headers headers{};
  std::variant<std::string, FileBody> body{};
  /// Told how many bytes of the body have been sent, now and then.
  std::function<void(uint64_t)> on_sent{};
};

struct ClientResponse {
  int status = 0;
  Headers headers{};
  std::string body{};  ///< empty where a sink took it
};

/// Takes a part of a response's body; an error ends the request with it.
using BodySink = std::function<base::Result<void>(std::string_view)>;

/// A blocking HTTP/1.1 client that keeps one connection alive. Redirects are not followed. One
/// thread at a time.
class Client {
 public:
  explicit Client(ClientOptions options = {});
  ~Client();
  Client(Client&&) noexcept;

  /// Sends one request and returns its response, whatever its status. `sink` takes the body of a
  /// response with status 2xx as it comes; other bodies are small and come in the response.
  ///
  /// Errors: InvalidArgument (the URL), Unavailable with reason ConnectionRefused, HostNotFound,
  /// ConnectionLost (the request may have been carried out) or CertificateRefused, DeadlineExceeded
  /// (silence). A request that the end of an idle connection met is repeated once if repeating it
  /// changes nothing (GET, HEAD, PUT, DELETE).
  base::Result<ClientResponse> send(const ClientRequest& request, const BodySink& sink = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace homeport::api::http
