#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "api/http/deadline.hpp"
#include "api/http/message.hpp"
#include "api/http/stream.hpp"
#include "api/http/worker_pool.hpp"
#include "base/result.hpp"

/// What a server that is somebody's proxy does with CONNECT; who decides lives above this room.
namespace homeport::api::http {

struct ConnectRequest {
  std::string authority;  ///< "host:port", as asked for
  Headers headers;
  std::string remote_address;
};

/// A way to another host for one connection. Used on the connection's thread.
class Tunnel {
 public:
  virtual ~Tunnel() = default;
  /// Opens the way; name look-ups block, on `lookups`. An error is told to the client: Unavailable
  /// for a dead host, PermissionDenied for one that is not to be reached.
  virtual asio::awaitable<base::Result<void>> open(asio::any_io_executor executor,
                                                   WorkerPool& lookups) = 0;
  /// Carries bytes both ways, `early` first, until both ends have said all; arms `deadline` anew
  /// for every byte that moves. Does not throw.
  virtual asio::awaitable<void> carry(Socket& client, std::string early, Deadline& deadline,
                                      std::chrono::milliseconds idle_timeout) = 0;
  /// Ends open() and carry() soon.
  virtual void cut() = 0;
};

/// The server speaks TLS as `name` on this connection and serves what comes.
struct ServeAs {
  std::string name;
};
using ConnectDecision = std::variant<Response, ServeAs, std::unique_ptr<Tunnel>>;

/// Any thread.
class ProxyPolicy {
 public:
  virtual ~ProxyPolicy() = default;
  /// On a worker; may block.
  virtual ConnectDecision decide(const ConnectRequest& request) = 0;
  /// Whether a request in a proxy's form ("GET http://authority/...") is for this server itself.
  virtual bool is_own(std::string_view authority) const = 0;
};

}  // namespace homeport::api::http
