#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "domain/node.hpp"
#include "engine/connection.hpp"
#include "engine/local/node_process.hpp"
#include "engine/messages.hpp"

namespace homeport::engine::local {

/// The server's side of one node: its process, its connection while there is one, and the orders
/// that it has not confirmed. The engine's thread only.
struct AgentLink {
  enum class Phase {
    Starting,  ///< spawned or to be found again; has not said hello
    Ready,     ///< said hello at least once
    Stopping,  ///< told to end
  };

  domain::NodeId node;
  AgentConfig config;
  Phase phase = Phase::Starting;
  std::optional<ProcessIdentity> process;  ///< of the agent itself, once known
  std::unique_ptr<boost::asio::posix::stream_descriptor> process_end;  ///< readable when it ends
  std::shared_ptr<Connection> connection;
  std::deque<Order> unconfirmed;
  uint64_t next_order = 1;
  base::Duration last_heard{};  ///< monotonic
  base::Duration deadline{};    ///< monotonic; of a start or a stop
  bool silent = false;

  /// Numbers the order, keeps it until confirmed, and sends it if there is a connection.
  void send(ToAgent message);
  /// Forgets orders up to `number`.
  void confirm(uint64_t number);
  /// Sends again what the agent has not had.
  void resend_after(uint64_t number);
  void drop_connection();
};

}  // namespace homeport::engine::local
