#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/engine.hpp"

namespace homeport::engine {

/// What the local engine and its agents say to each other over the unix socket. An agent of an
/// earlier protocol must stay understood: fields are only added, and what is not known is skipped.
inline constexpr int kProtocol = 1;

/// What an agent needs before it can talk: its file `config.json`, mode 0600.
struct AgentConfig {
  int protocol = kProtocol;
  domain::NodeId node;
  std::string secret;  ///< known to this agent and the server only
  std::string mark;    ///< like no other node's on this machine: HOMEPORT_NODE of its processes
  std::string host_name;
  std::string address;  ///< loopback address that the agent's endpoint listens on
  int slot = 0;
  int uid_base = 200000;  ///< of a root agent: user code runs as uid_base + slot
  int first_port = 0;     ///< of the endpoint; both 0: the kernel chooses
  int last_port = 0;
  std::string data_directory;        ///< hidden from user code
  std::string node_directory;        ///< journal, log, temporary files
  std::string socket;                ///< where the server listens, below the data directory
  std::vector<std::string> hidden;   ///< more that user code must not see
  std::vector<std::string> visible;  ///< below the data directory, shown again, read-only
  std::vector<std::string> gpus;     ///< device files of the machine's, by number
  std::vector<std::string> groups;   ///< directories of the node's control group, to be entered
  std::string start_program;         ///< the agent as door client (engine/door.hpp), one of visible
  bool namespaces = true;  ///< false: do without, as on a machine that has none (for tests)
  int heartbeat_ms = 1000;
  std::string drain_to;  ///< not empty: no node, but an agent's journal is handed to this server
  bool operator==(const AgentConfig&) const = default;
};

// From an agent.
struct Hello {
  int protocol = kProtocol;
  domain::NodeId node;
  std::string secret;
  std::string epoch;             ///< of the server that it last spoke to
  std::uint64_t last_order = 0;  ///< number of the last order of that server that arrived
  std::string address;
  int slot = 0;
  std::vector<std::string> limits;
  bool operator==(const Hello&) const = default;
};
struct Heartbeat {
  std::uint64_t last_order = 0;
  bool operator==(const Heartbeat&) const = default;
};
using FromAgent = std::variant<Hello, Heartbeat, AttemptReport>;

// From the server.
struct Welcome {
  int protocol = kProtocol;
  std::string epoch;       ///< one life of a server
  std::string server_url;  ///< "http://127.0.0.1:8700"
  bool operator==(const Welcome&) const = default;
};
struct LaunchAttempt {
  domain::RunId run_id;
  std::string token;
  bool operator==(const LaunchAttempt&) const = default;
};
struct StopAttempt {
  domain::RunId run_id;
  std::string token;
  std::vector<std::string> processes;
  std::int64_t grace_ms = 0;
  bool operator==(const StopAttempt&) const = default;
};
struct ForgetAttempt {
  domain::RunId run_id;
  std::string token;
  bool operator==(const ForgetAttempt&) const = default;
};
struct StopNode {
  bool operator==(const StopNode&) const = default;
};
using ToAgent =
    std::variant<Welcome, AttemptOrder, LaunchAttempt, StopAttempt, ForgetAttempt, StopNode>;

/// `number` counts a server's orders to one node from 1, so that one sent again after a broken
/// connection is known; 0: not counted.
struct Order {
  std::uint64_t number = 0;
  ToAgent message;
  bool operator==(const Order&) const = default;
};

}  // namespace homeport::engine
