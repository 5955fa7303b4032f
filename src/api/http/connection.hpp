#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "api/http/connect.hpp"
#include "api/http/deadline.hpp"
#include "api/http/service.hpp"
#include "api/http/stream.hpp"

namespace homeport::api::http {

class RequestReader;
class ResponseWriter;
struct Framing;

/// One client's connection. All of it runs on the thread of its socket.
class Connection {
 public:
  Connection(Service& service, Socket socket, std::string remote_address);
  ~Connection();

  /// Serves requests until the client leaves, breaks the rules or falls silent, or the server
  /// stops. Does not throw.
  asio::awaitable<void> serve();

  /// Wakes serve() when the step at hand has taken too long; a second time, ends the connection.
  void enforce_deadline(Deadline::Clock::time_point now);
  /// Ends the connection if it is between requests; else serve() ends after the one at hand.
  void stop_politely();
  /// Ends the connection. The descriptor stays open until serve() is over, since a worker may be
  /// sending a file to it.
  void cut();

 private:
  asio::awaitable<void> serve_stream();
  asio::awaitable<bool> open_stream();
  asio::awaitable<bool> serve_request(RequestReader& reader, ResponseWriter& writer);
  asio::awaitable<bool> refuse(ResponseWriter& writer, Response response,
                               bool head_request = false);
  asio::awaitable<std::optional<Response>> receive(RequestReader& reader, Request& request,
                                                   Router::Match& match);
  asio::awaitable<Response> answer(Request& request, const Router::Match& match);
  asio::awaitable<bool> serve_connect(RequestReader& reader, ResponseWriter& writer,
                                      Deadline::Clock::time_point start);
  asio::awaitable<ConnectDecision> decide(const ConnectRequest& asked);
  asio::awaitable<base::Result<void>> open_tunnel();
  asio::awaitable<void> serve_tunnel();
  asio::awaitable<bool> open_named_stream();
  asio::awaitable<void> linger();
  void tell(const Request& request, const Router::Match& match, const Response& response,
            Framing framing, Deadline::Clock::time_point start) const;

  Service& service_;
  Socket socket_;
  const std::string remote_address_;
  std::unique_ptr<Stream> stream_;
  Deadline deadline_;
  bool was_late_ = false;
  const RequestReader* reader_ = nullptr;  ///< of serve_stream()'s frame
  // After a CONNECT:
  bool becomes_tunnel_ = false;
  std::string tunnel_name_;         ///< that we answer for
  std::unique_ptr<Tunnel> tunnel_;  ///< to a host that is not ours
  std::string early_;               ///< what the client sent before it had our answer
};

}  // namespace homeport::api::http
