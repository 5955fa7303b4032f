#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/local/control_groups.hpp"
#include "engine/local/local_engine.hpp"
#include "engine/local/local_node.hpp"

namespace homeport::engine {

/// The local engine's own thread and all that lives on it. Public functions are called on that
/// thread (post()), but for those that say otherwise.
class LocalEngine::Core {
 public:
  Core(LocalEngineOptions options, EngineEvents& events, const base::Clock& clock);
  ~Core();

  /// Before start().
  base::Result<void> open();
  void start();
  /// From any thread.
  void post(std::function<void()> task);
  void shutdown();
  bool wait_until_empty(std::chrono::milliseconds limit);
  const LocalEngineOptions& options() const { return options_; }
  const ControlGroups& groups() const { return *groups_; }

  void start_node(const domain::Node& node, const NodeSize& size);
  void adopt(const std::vector<domain::Node>& nodes);
  void stop_node(const domain::NodeId& id);
  void stop_all();
  void order(const domain::NodeId& id, ToAgent message);
  void set_server_url(const std::string& url);

 private:
  void accept();
  void introduced(const std::shared_ptr<Connection>& connection, const std::string& text);
  void received(LocalNode& node, const std::string& text);
  void welcome(LocalNode& node);
  void heard(LocalNode& node);
  void watch_silence();

  base::Result<void> bring_up(LocalNode& node, const domain::Node& wanted, const NodeSize& size);
  void end_leftover_groups();
  std::vector<std::string> our_groups(const AgentConfig& config) const;
  void watch_starter(LocalNode& node);
  void starter_ended(LocalNode& node);
  bool watch_agent(LocalNode& node, pid_t pid);
  void agent_ended(const domain::NodeId& id);
  void hand_over_journal(const LocalNode& node);
  void drain(const domain::NodeId& id);
  void watch_drain(pid_t process);
  void set_deadline(LocalNode& node, std::chrono::milliseconds limit);
  void too_late(LocalNode& node);
  void kill(LocalNode& node);
  void remove(const domain::NodeId& id);

  LocalNode* find(const domain::NodeId& id);
  int free_slot() const;
  std::filesystem::path directory(const domain::NodeId& id) const;
  AgentConfig config_of(const LocalNode& node, const std::string& host_name) const;

  LocalEngineOptions options_;
  EngineEvents& events_;
  const base::Clock& clock_;
  std::filesystem::path program_;
  std::string epoch_;
  std::unique_ptr<const ControlGroups> groups_;  ///< made by open()
  bool adopted_ = false;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  boost::asio::steady_timer silence_;
  std::map<domain::NodeId, std::unique_ptr<LocalNode>> nodes_;
  std::vector<domain::NodeId> to_drain_;             ///< dead, with metrics in their journals
  std::set<std::shared_ptr<Connection>> strangers_;  ///< connected, not introduced yet
  std::atomic<size_t> count_{0};                     ///< of nodes_, for wait_until_empty
  std::thread thread_;
};

}  // namespace homeport::engine
