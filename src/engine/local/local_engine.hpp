#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "engine/engine.hpp"

namespace homeport::engine {

struct LocalEngineOptions {
  std::filesystem::path data_directory;  ///< absolute, as orders name it
  std::string_view agent_program;        ///< the executable itself; lives as long as the engine
  int capacity = 16;
  int uid_base = 200000;  ///< of a server that is root: user code runs as uid_base + slot
  std::string address_prefix = "127.77.0.";  ///< node n listens on prefix + (n + 1)
  int first_endpoint_port = 0;               ///< of agents' endpoints; 0: the kernel chooses
  int last_endpoint_port = 0;
  std::vector<std::string> hidden;   ///< directories outside the data directory, hidden from runs
  std::vector<std::string> visible;  ///< below the data directory, shown to runs read-only
  std::vector<std::string> gpus;     ///< device files, by the numbers that orders give them
  std::string server_url;            ///< where agents reach our HTTP port; see set_server_url
  bool namespaces = true;            ///< false: as on a machine that allows none
  bool control_groups = true;        ///< false: as for a user who may make none
  int most_tasks = 16384;  ///< processes and threads that a node may have, if it has a group
  std::chrono::milliseconds heartbeat{1000};
  std::chrono::milliseconds silent_after{5000};
  std::chrono::milliseconds start_timeout{20000};
  std::chrono::milliseconds stop_timeout{5000};  ///< then a node that is to stop is killed
};

/// Nodes as sandboxes on this machine: one agent process each, started from the copy of the agent
/// that this binary carries, reached over DATA/run/agents.sock. Agents outlive the engine; the next
/// one finds them again by adopt(), which a server calls once at its start, even with no nodes.
/// Events come on a thread of the engine's own; after shutdown() none come.
class LocalEngine final : public Engine {
 public:
  /// Writes the agent's program to the data directory and listens. ResourceExhausted,
  /// PermissionDenied. `events` and `clock` outlive the engine.
  static base::Result<std::unique_ptr<LocalEngine>> create(LocalEngineOptions options,
                                                           EngineEvents& events,
                                                           const base::Clock& clock);
  ~LocalEngine() override;

  int capacity() const override;
  void start_node(const domain::Node& node, const NodeSize& size) override;
  void adopt(const std::vector<domain::Node>& nodes) override;
  void stop_node(const domain::NodeId& node) override;
  void start_attempt(const domain::NodeId& node, const AttemptOrder& order) override;
  void launch_attempt(const domain::NodeId& node, const domain::RunId& run,
                      const std::string& token) override;
  void stop_attempt(const domain::NodeId& node, const domain::RunId& run, const std::string& token,
                    const std::vector<std::string>& processes,
                    std::chrono::milliseconds grace) override;
  void forget_attempt(const domain::NodeId& node, const domain::RunId& run,
                      const std::string& token) override;

  /// What of nodes their control groups govern: "cpu", "memory", ...; empty: nothing.
  std::vector<std::string> group_controllers() const;
  /// Told to every agent, now and later: the port is known only when the server listens.
  void set_server_url(const std::string& url);
  /// For `down --cancel-runs`: ends every node and waits, at most stop_timeout and a second more.
  /// Whether all are gone.
  bool stop_all_nodes();
  /// Leaves the agents running. Idempotent.
  void shutdown();

 private:
  class Core;
  explicit LocalEngine(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace homeport::engine
