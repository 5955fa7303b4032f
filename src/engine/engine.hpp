#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "domain/attempt.hpp"
#include "domain/ids.hpp"
#include "domain/node.hpp"

namespace homeport::engine {

/// A path that user code sees on a node. Mounted where the machine allows, else linked.
struct MountOrder {
  std::string source;  ///< absolute, on the server's side
  std::string target;  ///< absolute, as user code sees it
  bool read_only = false;
  bool operator==(const MountOrder&) const = default;
};

/// A directory for the use of the attempt. Where nothing can be mounted, what the order says of
/// `path`, in words and variables too, is meant of `place`.
struct ScratchOrder {
  std::string place;       ///< absolute, on the server's side; made if it is not there
  std::string path;        ///< absolute, as user code sees it
  bool temporary = false;  ///< emptied when the attempt ends
  bool operator==(const ScratchOrder&) const = default;
};

/// A copy made before user code starts (download), or after it ended (upload).
struct CopyOrder {
  std::string source;
  std::string target;
  bool overwrite = false;
  bool operator==(const CopyOrder&) const = default;
};

/// An interpreter to be made before user code starts, once per content. `steps` are run one after
/// another as the attempt's user, with `directory` as their only writable place (an interpreter
/// knows its own path, so it is built where it stays), their output going to the build log.
/// `directory`/.ready says that all of them succeeded; what a failed build left is removed.
struct EnvironmentOrder {
  std::string directory;                         ///< absolute; empty: nothing to build
  std::vector<std::vector<std::string>> steps;   ///< argv each; {dir} stands for the directory
  std::map<std::string, std::string> variables;  ///< of the steps only
  std::string log_name;
  bool operator==(const EnvironmentOrder&) const = default;
};

struct ProcessOrder {
  std::string role;
  int index = 0;
  std::vector<std::string> argv;  ///< $NAME and ${NAME} are expanded from `variables`
  std::map<std::string, std::string>
      variables;                 ///< the whole environment but for what the agent adds
  std::string log_name;          ///< relative to AttemptOrder::artifacts, or in one of its folders
  std::string error_log_name{};  ///< of standard error; empty: in log_name
  std::string directory{};       ///< absolute, as user code sees it; empty: the project
  bool as_root = false;          ///< of a user namespace of its own, where the machine allows that
  bool operator==(const ProcessOrder&) const = default;
};

/// A file system that a command of the user's mounts. It is run as root of namespaces of its own,
/// where the machine allows that, and what it leaves mounted at `target` is shown to the attempt.
/// Where not, or if it mounts nothing, what it puts into `target` is what the attempt finds.
struct VolumeCommand {
  ProcessOrder process;  ///< its output is kept for the error only: log names are not looked at
  std::string target;    ///< absolute, as user code sees it: the path of a ScratchOrder
  bool operator==(const VolumeCommand&) const = default;
};

/// By which processes of the attempt, on any of its nodes, start processes on this one
/// (engine/door.hpp).
struct DoorOrder {
  std::string directory;  ///< of the attempt's doors, as user code sees it: the path of a
                          ///< ScratchOrder that its nodes share; empty: this node has no door
  std::vector<std::string> names;  ///< of this node: plain file names, each names the door
  std::string secret;              ///< of the attempt; who does not know it is refused
  ProcessOrder process;  ///< what is started: variables and directory; its output is not kept
  bool operator==(const DoorOrder&) const = default;
};

/// One node's part of an attempt. Every path lies under the data directory unless said otherwise.
struct AttemptOrder {
  domain::RunId run_id;
  int number = 1;
  std::string token;   ///< fences every report
  int node_index = 0;  ///< of this node in the attempt
  int slot = 0;        ///< whose uid user code runs as: that of the attempt's first node
  bool head = false;   ///< this node unpacks the snapshot and builds the environment
  bool launch_when_prepared = false;  ///< a gang of one needs no word from the server in between
  std::string artifacts;              ///< folder of the run's logs, outputs and other files
  std::string project;                ///< the run's shared project directory
  std::string snapshot_zip;           ///< empty: nothing to unpack
  std::string preparation_log;        ///< relative to artifacts; empty: none
  std::vector<MountOrder> mounts;
  std::vector<CopyOrder> downloads;
  std::vector<CopyOrder> uploads;
  EnvironmentOrder environment;
  std::string hosts;                    ///< content of /etc/hosts as the node sees it
  std::vector<ProcessOrder> processes;  ///< this node's
  std::string run_token_header;         ///< what the node's metrics endpoint sends on: "Bearer ..."
  std::map<std::string, std::string>
      endpoint_variables;  ///< of every process: name -> what follows the endpoint's URL in it
  std::map<std::string, std::string> folders;  ///< below them logs lie elsewhere: name -> absolute
                                               ///< path on the server's side, made if not there
  std::vector<ScratchOrder> scratch;
  std::vector<VolumeCommand> volume_commands;  ///< run in this order, before the rest is prepared
  ProcessOrder preparation;  ///< run on this node before Prepared is reported; no argv: none
  bool stays = false;        ///< with no process of its own it runs until it is stopped
  std::vector<int> gpus;     ///< device numbers of those that are this node's for the attempt alone
  std::map<std::string, std::string> files;  ///< that user code finds: absolute path as it sees it,
                                             ///< beside the project, and content
  DoorOrder door;
  bool operator==(const AttemptOrder&) const = default;
};

/// AttemptReport::error_code, where there is more to say than that something failed.
inline constexpr const char* kMountFailed = "MountFailed";
inline constexpr const char* kPreparationFailed = "PreparationFailed";

enum class AttemptPhase { Preparing, Building, Prepared, Running, Ended };

struct ProcessReport {
  std::string role;
  int index = 0;
  base::TimePoint started_at{};  ///< 0: not started
  base::TimePoint ended_at{};    ///< 0: lives
  int exit_code = 0;
  int signal = 0;
  std::string log_tail;  ///< last lines of its log (of errors, if it has one), when it failed
  bool out_of_memory =
      false;  ///< it failed while the kernel ended processes of its node for memory
  bool operator==(const ProcessReport&) const = default;
};

/// All that an agent knows of an attempt: the whole state each time, so a repeat does no harm.
struct AttemptReport {
  domain::RunId run_id;
  int number = 1;
  std::string token;
  AttemptPhase phase = AttemptPhase::Preparing;
  std::vector<ProcessReport> processes;
  std::string error;           ///< why preparation failed, one sentence
  std::string error_log_tail;  ///< last lines of the log that explains it
  std::vector<std::string> warnings;
  std::string error_code{};  ///< kMountFailed, kPreparationFailed, or empty
  int error_exit_code = 0;   ///< of the preparation; 128 + n if signal n ended it
  bool operator==(const AttemptReport&) const = default;
};

/// What a node may use of its machine, as the VM size of its cluster says; 0: nothing is said.
struct NodeSize {
  int cores = 0;
  std::int64_t memory_bytes = 0;
};

/// What a ready node tells of itself.
struct NodeFacts {
  std::string address;
  int slot = -1;
  int agent_pid = 0;
  uint64_t agent_start_time = 0;
  std::vector<std::string>
      limits;  ///< what this machine does not allow: "runs share your identity" ...
};

/// What an engine tells. Called on the engine's threads; implementations only queue.
class EngineEvents {
 public:
  virtual ~EngineEvents() = default;
  virtual void node_ready(domain::NodeId node, NodeFacts facts) = 0;
  /// It never came up; `reason` names the cause and where its log is.
  virtual void node_failed(domain::NodeId node, std::string reason) = 0;
  /// The kernel says that it is dead: no process of it lives.
  virtual void node_lost(domain::NodeId node, std::string reason) = 0;
  /// Its agent has been silent since `since`; nothing is known of its processes.
  virtual void node_silent(domain::NodeId node, base::TimePoint since) = 0;
  virtual void node_heard(domain::NodeId node) = 0;
  /// A stop_node has been carried out: nothing of the node is left.
  virtual void node_gone(domain::NodeId node) = 0;
  virtual void attempt_reported(domain::NodeId node, AttemptReport report) = 0;
};

/// Where nodes come from. Orders return at once; what becomes of them arrives as events. Orders for
/// a node that is not there are dropped: its loss is or was reported. One thread (the control
/// loop's).
class Engine {
 public:
  virtual ~Engine() = default;
  /// How many nodes there can be at once.
  virtual int capacity() const = 0;
  virtual void start_node(const domain::Node& node, const NodeSize& size) = 0;
  /// A restarted server's nodes: finds each agent again (node_ready) or reports node_lost.
  virtual void adopt(const std::vector<domain::Node>& nodes) = 0;
  virtual void stop_node(const domain::NodeId& node) = 0;
  /// Only under a committed claim. A second start of the same attempt does nothing.
  virtual void start_attempt(const domain::NodeId& node, const AttemptOrder& order) = 0;
  /// Every node of the gang is prepared: start the processes.
  virtual void launch_attempt(const domain::NodeId& node, const domain::RunId& run,
                              const std::string& token) = 0;
  /// SIGTERM, `grace`, SIGKILL for the named processes ("ps/0"; empty list: all), and the whole
  /// tree.
  virtual void stop_attempt(const domain::NodeId& node, const domain::RunId& run,
                            const std::string& token, const std::vector<std::string>& processes,
                            std::chrono::milliseconds grace) = 0;
  /// The server has recorded the end: the agent cleans up (uploads are done before Ended is
  /// reported).
  virtual void forget_attempt(const domain::NodeId& node, const domain::RunId& run,
                              const std::string& token) = 0;
};

}  // namespace homeport::engine
