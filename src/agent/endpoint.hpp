#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "agent/forwarder.hpp"
#include "agent/journal.hpp"
#include "agent/server_address.hpp"
#include "engine/messages.hpp"

namespace homeport::agent {

struct EndpointSession;

/// The service as a run sees it (AttemptOrder::endpoint_variables): an HTTP server on the node's
/// loopback address.
/// Metrics that bear the token of an attempt of this node are journaled, answered and handed on by
/// the forwarder, server or not. Everything else goes to the server and back as it is; while the
/// server is away that is 503 with Retry-After.
class Endpoint {
 public:
  Endpoint(boost::asio::io_context& io, Journal& journal, Forwarder& forwarder);

  /// ResourceExhausted when no port of the range is free.
  base::Result<void> listen(const engine::AgentConfig& config);
  const std::string& url() const { return url_; }
  void set_server(ServerAddress server) { server_ = std::move(server); }
  /// Requests with this Authorization header are the attempt's.
  void admit(const std::string& authorization, const engine::ClaimRecord& attempt);
  void dismiss(const std::string& token);

 private:
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(std::shared_ptr<EndpointSession> session);
  boost::asio::awaitable<void> answer(EndpointSession& session);
  boost::asio::awaitable<void> keep(EndpointSession& session, engine::ClaimRecord attempt);
  boost::asio::awaitable<void> wait_until_forwarded(EndpointSession& session, std::string token);
  boost::asio::awaitable<void> relay(EndpointSession& session);
  boost::asio::awaitable<bool> synced();

  boost::asio::io_context& io_;
  Journal& journal_;
  Forwarder& forwarder_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::string url_;
  ServerAddress server_;
  std::map<std::string, engine::ClaimRecord> admitted_;  ///< by Authorization header
  int sessions_ = 0;

  /// One fdatasync for all requests of one turn of the loop.
  struct Batch;
  std::shared_ptr<Batch> batch_;
};

}  // namespace homeport::agent
