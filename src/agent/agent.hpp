#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "agent/attempt.hpp"
#include "agent/endpoint.hpp"
#include "agent/forwarder.hpp"
#include "agent/server_link.hpp"
#include "base/clock.hpp"

namespace homeport::agent {

/// The process on a node: takes orders from the server, runs attempts, one at a time, and outlives
/// the server. Its death ends every process of the node.
class Agent {
 public:
  /// Opens the journal and the endpoint. ResourceExhausted, PermissionDenied: the node cannot be.
  static base::Result<std::unique_ptr<Agent>> create(engine::AgentConfig config,
                                                     std::unique_ptr<NodeSandbox> sandbox,
                                                     std::unique_ptr<base::AppendFile> journal);
  /// Until the node is to stop.
  void run();

 private:
  Agent(engine::AgentConfig config, std::unique_ptr<NodeSandbox> sandbox,
        std::unique_ptr<base::AppendFile> journal);
  void welcomed(const engine::Welcome& welcome);
  void obey(engine::ToAgent& message);
  void start_attempt(engine::AttemptOrder order);
  void refuse_attempt(const engine::AttemptOrder& order, const std::string& why);
  void forget(const std::string& token);
  void report(const engine::AttemptReport& report);
  void stop_node();
  Attempt* find(const std::string& token);

  engine::AgentConfig config_;
  std::unique_ptr<NodeSandbox> sandbox_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_;
  base::SystemClock clock_;
  Processes processes_;
  Journal journal_;
  Forwarder forwarder_;
  Endpoint endpoint_;
  ServerLink link_;
  AttemptContext context_;
  std::map<std::string, std::unique_ptr<Attempt>> attempts_;  ///< by token, until forgotten
  std::map<std::string, engine::AttemptReport> refused_;      ///< never begun, until forgotten
  std::set<std::string> claimed_;                             ///< every token of the journal
};

}  // namespace homeport::agent
