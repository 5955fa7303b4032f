#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "domain/node.hpp"
#include "engine/connection.hpp"
#include "engine/messages.hpp"

namespace homeport::engine {

/// What the engine knows of one node. Belongs to the engine's thread.
struct LocalNode {
  LocalNode(boost::asio::io_context& io, domain::NodeId node_id, int place)
      : id(std::move(node_id)), slot(place), starter_end(io), agent_end(io), deadline(io) {}

  domain::NodeId id;
  int slot;
  std::string secret;
  std::string mark;  ///< HOMEPORT_NODE of its processes
  std::string address;
  std::vector<std::string> limits;
  std::vector<std::string> groups;  ///< directories of its control group

  pid_t starter = 0;  ///< our child; gone when the agent stands, or the agent itself
  boost::asio::posix::stream_descriptor starter_end;
  pid_t agent = 0;
  std::uint64_t agent_start_time = 0;
  boost::asio::posix::stream_descriptor agent_end;
  boost::asio::steady_timer deadline;  ///< of coming up, or of going

  std::shared_ptr<Connection> connection;
  std::uint64_t last_number = 0;
  std::deque<Order> unanswered;  ///< sent or to be sent, not known to have arrived
  base::Duration heard{};        ///< on the monotonic clock
  base::TimePoint heard_wall{};
  bool ready = false;
  bool silent = false;
  bool stopping = false;

  /// Keeps it until the agent says that it has it.
  void order(ToAgent message);
  /// All that the agent does not have; `last` is the number of the last one that it has.
  void send_from(std::uint64_t last);
  void arrived(std::uint64_t last);
};

}  // namespace homeport::engine
