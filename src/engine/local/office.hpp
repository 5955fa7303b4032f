#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/local/agent_link.hpp"
#include "engine/local/local_engine.hpp"

namespace homeport::engine::local {

/// What the local engine does on its own thread: takes agents' connections, starts and ends nodes,
/// watches who is silent and who is dead. Every method runs there but the constructor, run(),
/// post() and those that say so.
class LocalEngine::Office {
 public:
  Office(LocalEngineOptions options, std::filesystem::path program, EngineEvents& events,
         const base::Clock& clock);
  ~Office();

  /// Listens and starts the thread. Any thread, once.
  base::Result<void> run();
  /// Has `work` done on the engine's thread. Any thread.
  void post(std::function<void()> work);

  void start_node(const domain::Node& node);
  void adopt(const domain::Node& node);
  void stop_node(const domain::NodeId& node);
  void send(const domain::NodeId& node, ToAgent message);
  void set_server_url(const std::string& url) { server_url_ = url; }

  const LocalEngineOptions& options() const { return options_; }
  std::vector<std::string> limits() const;  ///< any thread

 private:
  using Links = std::map<domain::NodeId, std::unique_ptr<AgentLink>>;

  std::filesystem::path node_directory(const domain::NodeId& node) const;
  std::optional<int> lowest_free_slot() const;
  AgentConfig make_config(const domain::Node& node, int slot) const;
  base::Result<pid_t> launch(const AgentLink& link);
  void reap(pid_t starter, const domain::NodeId& node);

  void accept_next();
  void receive(const std::shared_ptr<Connection>& connection, const std::string& text);
  void welcome(const std::shared_ptr<Connection>& connection, const Hello& hello);
  void connection_ended(const Connection* connection);
  AgentLink* link_of(const Connection* connection);
  AgentLink* find(const domain::NodeId& node);

  void watch_process(AgentLink& link);
  void process_ended(const domain::NodeId& node);
  void forget(const domain::NodeId& node);
  void tick();
  void check(AgentLink& link, base::Duration now);

  LocalEngineOptions options_;
  std::filesystem::path program_;
  EngineEvents& events_;
  const base::Clock& clock_;
  std::string epoch_;
  std::string server_url_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  boost::asio::steady_timer timer_;
  Links links_;
  std::map<const Connection*, std::shared_ptr<Connection>> strangers_;  ///< no hello yet
  mutable std::mutex limits_mutex_;                                     ///< guards limits_
  std::vector<std::string> limits_;
  std::thread thread_;
};

}  // namespace homeport::engine::local
