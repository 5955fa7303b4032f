#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "agent/data_tree.hpp"
#include "engine/connection.hpp"
#include "engine/messages.hpp"

namespace homeport::agent {

/// The agent's side of the connection to the server: made again and again while the server is
/// away. Orders arrive once each, whichever connection they came by.
class ServerLink {
 public:
  struct Handlers {
    std::function<void(const engine::Welcome&)> on_welcome;
    std::function<void(engine::ToAgent&)> on_order;
    /// The node's directory was removed: no server will ever look for this agent.
    std::function<void()> on_abandoned;
  };

  ServerLink(boost::asio::io_context& io, const DataTree& data, const engine::AgentConfig& config,
             std::vector<std::string> limits, Handlers handlers);

  void start();
  /// Dropped while there is no connection: after a welcome everything is told anew.
  void send(const engine::FromAgent& message);
  bool connected() const { return welcomed_; }

 private:
  void connect();
  void retry();
  bool abandoned() const;
  void received(const std::string& text);
  void beat();

  boost::asio::io_context& io_;
  const DataTree& data_;
  const engine::AgentConfig& config_;
  std::vector<std::string> limits_;
  Handlers handlers_;
  boost::asio::steady_timer retry_;
  boost::asio::steady_timer heartbeat_;
  std::shared_ptr<engine::Connection> connection_;
  std::string epoch_;
  std::uint64_t last_order_ = 0;
  bool welcomed_ = false;
};

}  // namespace homeport::agent
