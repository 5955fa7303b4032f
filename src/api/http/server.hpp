#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/http/message.hpp"
#include "api/http/observer.hpp"
#include "api/http/router.hpp"
#include "base/result.hpp"

namespace homeport::security {
class CertificateAuthority;
class GivenCertificate;
}  // namespace homeport::security

namespace homeport::api::http {

class ProxyPolicy;

/// Answers a request on a worker thread: settles Request::principal, calls the matched handler, or
/// renders what no route serves (match.handler is null) in the words of the dialect. Several
/// threads at once. An exception becomes a 500.
using Dispatcher = std::function<Response(Request&, const Router::Match&)>;

/// Looks at a request whose body is too large for memory before that body is read: an answer
/// refuses it (credentials are in the head, so a stranger fills no disk), nullopt lets it in.
/// Threads as for the Dispatcher.
using Admission = std::function<std::optional<Response>(Request&, const Router::Match&)>;

struct ServerOptions {
  /// "HOST:PORT" (0: any free port) or "unix:/path".
  std::vector<std::string> listen{"127.0.0.1:0"};
  unsigned io_threads = 1;
  /// Most of them wait for group commits.
  size_t worker_threads = 64;
  size_t max_queued_requests = 1024;
  size_t max_connections = 8192;
  uint32_t max_header_bytes = 64U << 10;
  /// Larger bodies go to a file without a name in `spool_directory`.
  uint64_t memory_body_bytes = 1ULL << 20;
  /// The limit for bodies that no route claims.
  uint64_t unrouted_body_bytes = 1ULL << 20;
  std::filesystem::path spool_directory;
  std::chrono::milliseconds idle_timeout{75'000};
  /// Without a byte of a request that has begun.
  std::chrono::milliseconds read_timeout{30'000};
  /// Without a byte of the response taken by the client.
  std::chrono::milliseconds write_timeout{60'000};
  /// Null: no HTTPS. Outlives the server.
  security::CertificateAuthority* authority = nullptr;
  /// For HTTPS to the server's own names, before the authority's; may be null. Outlives the server.
  const security::GivenCertificate* certificate = nullptr;
  /// Outlive the server.
  std::vector<RequestObserver*> observers{};
  /// What CONNECT gets; null: 501. Outlives the server.
  ProxyPolicy* proxy = nullptr;
  /// For the way to another host, name look-up and all.
  std::chrono::milliseconds connect_timeout{20'000};
  /// Without a byte either way.
  std::chrono::milliseconds tunnel_idle_timeout{600'000};
};

/// Serves HTTP/1.1 and, on the same port, HTTPS: keep-alive, pipelined requests in order, bodies by
/// length or in chunks, Expect: 100-continue. What the server itself refuses: 400 (not HTTP, cut
/// off), 408, 413, 431, 501 (CONNECT where it is no proxy), 503 with Retry-After (queue full), 500
/// (exception).
class Server {
 public:
  /// Listens and serves. `router` outlives the server. Unavailable where an address is taken.
  static base::Result<std::unique_ptr<Server>> start(ServerOptions options, const Router& router,
                                                     Dispatcher dispatcher,
                                                     Admission admission = {});
  /// stop(0).
  ~Server();

  /// Where it listens, in the order of the options, with real ports.
  const std::vector<std::string>& addresses() const;
  /// Of the first address that has one; 0 if none has.
  uint16_t port() const;
  size_t connections() const;
  /// Requests that wait for a worker.
  size_t queued_requests() const;

  /// Accepts no more, lets the requests in flight end for at most `grace`, then cuts connections,
  /// waits for the handlers that run, and joins every thread. Any thread but the server's own; safe
  /// to call again.
  void stop(std::chrono::milliseconds grace);

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The dispatcher without credentials: the handler, else 404 or 405.
Response dispatch_plainly(Request& request, const Router::Match& match);

}  // namespace homeport::api::http
