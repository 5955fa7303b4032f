// How nodes come up, are found again, and go.
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/text.hpp"
#include "engine/journal_record.hpp"
#include "engine/local/engine_core.hpp"
#include "engine/local/group_processes.hpp"
#include "engine/local/node_process.hpp"
#include "engine/protocol.hpp"

namespace homeport::engine {

using boost::asio::posix::stream_descriptor;

std::filesystem::path LocalEngine::Core::directory(const domain::NodeId& id) const {
  return options_.data_directory / "nodes" / id.text();
}

int LocalEngine::Core::free_slot() const {
  std::set<int> taken;
  for (const auto& [id, node] : nodes_) taken.insert(node->slot);
  for (int slot = 0; slot < options_.capacity; ++slot) {
    if (taken.count(slot) == 0) return slot;
  }
  return -1;
}

AgentConfig LocalEngine::Core::config_of(const LocalNode& node,
                                         const std::string& host_name) const {
  AgentConfig config;
  config.node = node.id;
  config.secret = node.secret;
  config.mark = node.mark;
  config.host_name = host_name;
  config.address = node.address;
  config.slot = node.slot;
  config.uid_base = options_.uid_base;
  config.first_port = options_.first_endpoint_port;
  config.last_port = options_.last_endpoint_port;
  config.data_directory = options_.data_directory;
  config.node_directory = directory(node.id);
  config.socket = options_.data_directory / "run" / "agents.sock";
  config.hidden = options_.hidden;
  config.visible = options_.visible;
  config.gpus = options_.gpus;
  config.groups = node.groups;
  config.visible.push_back(program_.parent_path());
  config.start_program = program_.parent_path() / kStartProgram;
  config.namespaces = options_.namespaces;
  config.heartbeat_ms = static_cast<int>(options_.heartbeat.count());
  return config;
}

void LocalEngine::Core::start_node(const domain::Node& wanted, const NodeSize& size) {
  if (find(wanted.id) != nullptr) return;
  const int slot = free_slot();
  if (slot < 0) {
    return events_.node_failed(
        wanted.id, "this machine has room for " + std::to_string(options_.capacity) + " nodes");
  }
  LocalNode& node = *(nodes_[wanted.id] = std::make_unique<LocalNode>(io_, wanted.id, slot));
  count_ = nodes_.size();
  const base::Result<void> brought = bring_up(node, wanted, size);
  if (brought.has_value()) return;
  const domain::NodeId id = node.id;
  end_groups(node.groups);
  remove(id);
  events_.node_failed(id, brought.error().message);
}

base::Result<void> LocalEngine::Core::bring_up(LocalNode& node, const domain::Node& wanted,
                                               const NodeSize& size) {
  node.secret = base::random_hex(16);
  node.mark = node.id.text() + "." + base::random_hex(8);
  node.address = options_.address_prefix + std::to_string(node.slot + 1);
  node.groups = groups_->directories_of(node.id);
  const std::filesystem::path folder = directory(node.id);
  HP_TRYV(base::make_directory(folder, 0711));
  const std::filesystem::path config = folder / "config.json";
  HP_TRYV(base::write_file_durably(config, encode(config_of(node, wanted.host_name)), 0600));
  // Only now: whatever happens, the file tells a next server what to remove.
  HP_TRYV(groups_->make(node.id, size));
  HP_TRY(node.starter, start_agent(program_, config, folder / "agent.log"));
  node.heard = clock_.monotonic();
  watch_starter(node);
  set_deadline(node, options_.start_timeout);
  return base::success();
}

void LocalEngine::Core::watch_starter(LocalNode& node) {
  node.starter_end.assign(open_process(node.starter).release());
  node.starter_end.async_wait(stream_descriptor::wait_read, [this, id = node.id](auto failed) {
    LocalNode* known = failed ? nullptr : find(id);
    if (known != nullptr) starter_ended(*known);
  });
}

void LocalEngine::Core::starter_ended(LocalNode& node) {
  int status = 0;
  ::waitpid(node.starter, &status, WNOHANG);
  const bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (node.agent != 0 || well) return;  // the agent itself is watched by its own descriptor
  const std::filesystem::path log = directory(node.id) / "agent.log";
  const std::string said = last_log_line(log);
  const domain::NodeId id = node.id;
  end_groups(node.groups);
  remove(id);
  events_.node_failed(id, "its agent did not start" + (said.empty() ? "" : ": " + said) +
                              " (log: " + log.string() + ")");
}

bool LocalEngine::Core::watch_agent(LocalNode& node, pid_t pid) {
  const auto started = start_time(pid);
  if (!started) return false;
  if (node.agent == pid && node.agent_start_time == *started && node.agent_end.is_open()) {
    return true;
  }
  if (node.agent != 0 && (node.agent != pid || node.agent_start_time != *started)) return false;
  base::FileDescriptor process = open_process(pid);
  if (!process.valid()) return false;
  node.agent = pid;
  node.agent_start_time = *started;
  node.agent_end.assign(process.release());
  node.agent_end.async_wait(stream_descriptor::wait_read, [this, id = node.id](auto failed) {
    if (!failed) agent_ended(id);
  });
  return true;
}

void LocalEngine::Core::adopt(const std::vector<domain::Node>& nodes) {
  adopted_ = true;
  for (const domain::Node& known : nodes) {
    if (find(known.id) != nullptr) continue;
    const int slot = known.slot >= 0 ? known.slot : free_slot();
    LocalNode& node = *(nodes_[known.id] = std::make_unique<LocalNode>(io_, known.id, slot));
    count_ = nodes_.size();
    node.address = options_.address_prefix + std::to_string(slot + 1);
    node.heard = clock_.monotonic();
    node.heard_wall = clock_.wall();
    const auto text = base::read_file(directory(known.id) / "config.json");
    const auto config = text.has_value() ? decode_agent_config(text.value())
                                         : base::Result<AgentConfig>(text.error());
    if (config.has_value()) {
      node.secret = config.value().secret;
      node.mark = config.value().mark;
      node.slot = config.value().slot;
      node.address = config.value().address;
      node.groups = our_groups(config.value());
    }
    const bool lives =
        known.agent_pid != 0 && start_time(known.agent_pid) == known.agent_start_time;
    if (known.agent_pid != 0 && (!lives || !watch_agent(node, known.agent_pid))) {
      agent_ended(known.id);
    } else if (known.agent_pid == 0) {
      // It was coming up when the server died: it may yet say hello.
      set_deadline(node,
                   config.has_value() ? options_.start_timeout : std::chrono::milliseconds(0));
    }
  }
  end_leftover_groups();
}

std::vector<std::string> LocalEngine::Core::our_groups(const AgentConfig& config) const {
  std::vector<std::string> ours;
  for (const std::string& group : config.groups) {
    if (groups_->is_ours(group)) ours.push_back(group);
  }
  return ours;
}

/// Of nodes that a killed server did not see the end of, wherever in the hierarchies it was itself.
void LocalEngine::Core::end_leftover_groups() {
  std::set<std::string> known;
  for (const auto& [id, node] : nodes_) known.insert(id.text());
  std::vector<std::string> leftovers = groups_->strangers(known);
  std::error_code failed;
  for (const auto& entry :
       std::filesystem::directory_iterator(options_.data_directory / "nodes", failed)) {
    if (known.count(entry.path().filename().string()) != 0) continue;
    const auto text = base::read_file(entry.path() / "config.json");
    if (text.has_error()) continue;
    const auto config = decode_agent_config(text.value());
    if (config.has_error()) continue;
    for (std::string& group : our_groups(config.value())) leftovers.push_back(std::move(group));
  }
  end_groups(leftovers);
}

void LocalEngine::Core::stop_node(const domain::NodeId& id) {
  LocalNode* node = find(id);
  if (node == nullptr) return events_.node_gone(id);
  if (node->stopping) return;
  node->order(StopNode{});
  node->stopping = true;
  set_deadline(*node, options_.stop_timeout);
}

void LocalEngine::Core::stop_all() {
  std::vector<domain::NodeId> ids;
  for (const auto& [id, node] : nodes_) ids.push_back(id);
  for (const domain::NodeId& id : ids) stop_node(id);
}

void LocalEngine::Core::agent_ended(const domain::NodeId& id) {
  LocalNode* node = find(id);
  if (node == nullptr) return;
  end_groups(node->groups);
  // An agent that an earlier version started marked its processes with its id alone.
  kill_leftovers("HOMEPORT_NODE=" + (node->mark.empty() ? id.text() : node->mark));
  const bool wanted = node->stopping;
  hand_over_journal(*node);
  const std::string reason = "its agent (process " + std::to_string(node->agent) + ") ended";
  if (node->starter == node->agent && node->starter != 0)
    ::waitpid(node->starter, nullptr, WNOHANG);
  remove(id);
  if (wanted) {
    events_.node_gone(id);
  } else {
    events_.node_lost(id, reason);
  }
}

void LocalEngine::Core::hand_over_journal(const LocalNode& node) {
  const auto records = read_journal(directory(node.id) / "journal");
  if (records.has_error()) return;
  for (const JournalRecord& record : records.value()) {
    const auto* report = std::get_if<AttemptReport>(&record);
    if (report == nullptr || report->phase != AttemptPhase::Ended) continue;
    events_.attempt_reported(node.id, *report);
  }
  if (!unanswered(records.value()).empty()) drain(node.id);
}

/// Metrics that the node had promised to keep: a process of the agent's program hands them on.
void LocalEngine::Core::drain(const domain::NodeId& id) {
  if (options_.server_url.empty()) return to_drain_.push_back(id);
  AgentConfig config;
  config.node = id;
  config.node_directory = directory(id);
  config.drain_to = options_.server_url;
  const std::filesystem::path file = directory(id) / "drain.json";
  if (base::write_file_durably(file, encode(config), 0600).has_error()) return;
  const auto started = start_agent(program_, file, directory(id) / "agent.log");
  if (started.has_value()) watch_drain(started.value());
}

void LocalEngine::Core::watch_drain(pid_t process) {
  const auto end = std::make_shared<stream_descriptor>(io_, open_process(process).release());
  end->async_wait(stream_descriptor::wait_read,
                  [end, process](auto) { ::waitpid(process, nullptr, WNOHANG); });
}

void LocalEngine::Core::set_deadline(LocalNode& node, std::chrono::milliseconds limit) {
  node.deadline.expires_after(limit);
  node.deadline.async_wait([this, id = node.id](auto cancelled) {
    LocalNode* known = cancelled ? nullptr : find(id);
    if (known != nullptr) too_late(*known);
  });
}

void LocalEngine::Core::too_late(LocalNode& node) {
  const bool wanted = node.stopping;
  kill(node);
  if (node.agent != 0) return;  // its end arrives by agent_end
  end_groups(node.groups);
  const domain::NodeId id = node.id;
  remove(id);
  if (wanted) return events_.node_gone(id);
  events_.node_failed(
      id, "its agent did not answer in time (log: " + (directory(id) / "agent.log").string() + ")");
}

void LocalEngine::Core::kill(LocalNode& node) {
  kill_groups(node.groups);
  stream_descriptor& process = node.agent != 0 ? node.agent_end : node.starter_end;
  if (process.is_open()) {
    ::syscall(SYS_pidfd_send_signal, process.native_handle(), SIGKILL, nullptr, 0);
  }
}

void LocalEngine::Core::remove(const domain::NodeId& id) {
  LocalNode* node = find(id);
  if (node == nullptr) return;
  if (node->connection) node->connection->close();
  const bool dismissed = node->stopping;
  nodes_.erase(id);
  count_ = nodes_.size();
  std::error_code ignored;
  // Of a node that was lost or never came up, the log stays for a person to read.
  if (dismissed) std::filesystem::remove_all(directory(id), ignored);
}

}  // namespace homeport::engine
