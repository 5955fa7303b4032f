#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/control_group.hpp"
#include "agent/data_tree.hpp"
#include "agent/spawn.hpp"
#include "base/file.hpp"
#include "engine/messages.hpp"

namespace homeport::agent {

/// What of its surroundings the agent could make its own.
struct SandboxFacts {
  bool root = false;
  bool pid_namespace = false;  ///< and uts and ipc
  bool mounts = false;         ///< own mount namespace: the data directory is hidden
  std::vector<std::string> limits;
};

/// Puts this process into the node's namespaces as far as the machine allows. Where there is a pid
/// namespace, returns only in its first process; the process that called waits for that one to
/// call NodeSandbox::settled() and exits. Call it before any thread or event loop exists.
class NodeSandbox {
 public:
  static base::Result<std::unique_ptr<NodeSandbox>> enter(const engine::AgentConfig& config);

  const SandboxFacts& facts() const { return facts_; }
  const ControlGroup& group() const { return group_; }
  /// The data directory as the agent reaches it, whatever is mounted over its path.
  const DataTree& data() const { return data_; }
  /// The data directory as user code sees it: empty but for what is mounted in it. Only with
  /// facts().mounts.
  const DataTree& shown() const { return shown_; }
  /// Where user code keeps temporary files: "/tmp" of its own, or a folder of the node.
  const std::string& temporary() const { return temporary_; }
  base::Result<base::FileDescriptor> open_temporary() const;
  /// What every process that the agent starts for a run finds: the node's mark, and, unless its
  /// order says otherwise, a home, a place for temporary files, a user's name.
  void add_variables(std::map<std::string, std::string>& variables) const;
  /// Of the machine's GPUs, lets user code reach these (by number) and no other. Call it before
  /// processes of an attempt are started, and with none after its end.
  base::Result<void> give_gpus(const std::vector<int>& given);
  /// CUDA_VISIBLE_DEVICES of processes that have these GPUs. CUDA counts what it can reach.
  std::string visible_gpus(const std::vector<int>& given) const;
  /// Whether GPUs that were not given are out of reach, whatever a program tries.
  bool hides_gpus() const { return facts_.mounts; }
  /// What "/etc/hosts" is on this node. Nothing where hosts cannot be told apart.
  base::Result<void> set_hosts(const std::string& content);
  /// Lets the process that started the agent go: the node stands.
  void settled();
  /// Who user code of an attempt runs as, `slot` being that of the attempt's first node.
  Identity identity(int slot) const;

 private:
  explicit NodeSandbox(const engine::AgentConfig& config) : config_(config) {}
  base::Result<void> enter_namespaces();
  base::Result<void> become_first_process();
  base::Result<void> arrange_mounts();
  base::Result<void> hide_data();
  base::Result<void> hide_gpu(int number);

  engine::AgentConfig config_;
  SandboxFacts facts_;
  ControlGroup group_;
  DataTree data_;
  DataTree shown_;
  std::string temporary_;
  std::map<int, base::FileDescriptor> hidden_gpus_;  ///< by number: what is mounted over them
  base::FileDescriptor starter_;                     ///< closing it without a word means failure
};

}  // namespace homeport::agent
