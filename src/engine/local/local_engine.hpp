#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "engine/engine.hpp"

namespace homeport::engine::local {

struct LocalEngineOptions {
  std::filesystem::path data_directory;
  int capacity = 16;
  int uid_base = 200'000;   ///< user code of a root server runs as uid_base + slot
  int first_port = 19'000;  ///< of the agents' endpoints; both 0: the kernel chooses
  int last_port = 19'999;
  std::vector<std::string> hidden{};   ///< what user code must not see besides the data directory
  std::vector<std::string> visible{};  ///< below the data directory, shown again, read-only
  bool namespaces = true;              ///< false: do without, as on a machine that has none
  std::chrono::milliseconds start_patience{30'000};
  std::chrono::milliseconds stop_patience{10'000};
  std::chrono::milliseconds silent_after{5'000};
};

/// Nodes as sandboxes on this machine: one agent each, which outlives the server. A node has a
/// slot, and with it a loopback address (127.77.0.SLOT+1) and a user. Its folder is
/// DATA/nodes/NODE:
///
///   config.json   what its agent was told (0600; holds the secret by which the server knows it)
///   agent.log     what the agent printed        journal   its claims, results and metrics
///
/// All state lives on one thread of its own; orders are handed over to it, events come from it.
class LocalEngine final : public Engine {
 public:
  /// Installs the agent's executable and listens on DATA/run/agents.sock. `events` and `clock` must
  /// outlive the engine.
  static base::Result<std::unique_ptr<LocalEngine>> open(LocalEngineOptions options,
                                                         EngineEvents& events,
                                                         const base::Clock& clock);
  /// Leaves the agents running.
  ~LocalEngine() override;

  /// Where agents reach the server's HTTP side: "http://127.0.0.1:8700". Set before nodes start.
  void set_server_url(const std::string& url);
  /// GPUs of this machine.
  int gpus() const;
  /// What this machine does not allow, as its agents said, in sentences. Any thread.
  std::vector<std::string> limits() const;

  int capacity() const override;
  void start_node(const domain::Node& node) override;
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

 private:
  class Office;
  explicit LocalEngine(std::unique_ptr<Office> office);
  std::unique_ptr<Office> office_;
};

/// Devices /dev/nvidia0, /dev/nvidia1 … under `devices`.
int count_gpus(const std::filesystem::path& devices = "/dev");

}  // namespace homeport::engine::local
