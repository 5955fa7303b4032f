// The office's part that starts, finds again and ends nodes.

#include <fmt/format.h>
#include <sys/wait.h>

#include <csignal>

#include "base/file.hpp"
#include "base/text.hpp"
#include "engine/local/office.hpp"
#include "engine/protocol.hpp"

namespace homeport::engine::local {
namespace {

/// 127.77.0.1 and up: loopback addresses that nothing else is likely to listen on.
std::string address_of(int slot) {
  return fmt::format("127.77.{}.{}", slot / 250, slot % 250 + 1);
}

}  // namespace

std::filesystem::path LocalEngine::Office::node_directory(const domain::NodeId& node) const {
  return options_.data_directory / "nodes" / node.text();
}

std::optional<int> LocalEngine::Office::lowest_free_slot() const {
  for (int slot = 0; slot < options_.capacity; ++slot) {
    bool taken = false;
    for (const auto& [node, link] : links_) taken |= link->config.slot == slot;
    if (!taken) return slot;
  }
  return std::nullopt;
}

AgentConfig LocalEngine::Office::make_config(const domain::Node& node, int slot) const {
  AgentConfig config;
  config.node = node.id;
  config.secret = base::random_hex(16);
  config.host_name = node.host_name;
  config.address = address_of(slot);
  config.slot = slot;
  config.uid_base = options_.uid_base;
  config.first_port = options_.first_port;
  config.last_port = options_.last_port;
  config.data_directory = options_.data_directory.string();
  config.node_directory = node_directory(node.id).string();
  config.socket = (options_.data_directory / "run" / "agents.sock").string();
  config.hidden = options_.hidden;
  config.visible = options_.visible;
  config.namespaces = options_.namespaces;
  return config;
}

base::Result<pid_t> LocalEngine::Office::launch(const AgentLink& link) {
  const std::filesystem::path directory = node_directory(link.node);
  HP_TRYV(base::make_directory(directory, 0755));
  HP_TRYV(base::write_file_durably(directory / "config.json", encode(link.config), 0600));
  return spawn_agent(program_, directory / "config.json", directory / "agent.log");
}

void LocalEngine::Office::start_node(const domain::Node& node) {
  if (find(node.id) != nullptr) return;
  const std::optional<int> slot = lowest_free_slot();
  if (!slot) {
    return events_.node_failed(
        node.id, fmt::format("all {} places of this machine are taken", options_.capacity));
  }
  auto link = std::make_unique<AgentLink>();
  link->node = node.id;
  link->config = make_config(node, *slot);
  link->last_heard = clock_.monotonic();
  link->deadline = link->last_heard + options_.start_patience;
  const base::Result<pid_t> starter = launch(*link);
  if (starter.has_error()) return events_.node_failed(node.id, starter.error().message);
  links_[node.id] = std::move(link);
  reap(starter.value(), node.id);
}

void LocalEngine::Office::reap(pid_t starter, const domain::NodeId& node) {
  auto process = open_process(identify_process(starter).value_or(ProcessIdentity{starter, 0}));
  const auto collect = [this, starter, node] {
    int status = 0;
    if (::waitpid(starter, &status, WNOHANG) != starter) return;
    AgentLink* link = find(node);
    // The starter ends well once the node stands; the agent itself is another process by then.
    if (status == 0 || link == nullptr || link->phase != AgentLink::Phase::Starting) return;
    const std::string line = last_line(node_directory(node) / "agent.log");
    forget(node);
    events_.node_failed(node,
                        "its agent could not start" + (line.empty() ? std::string() : ": " + line));
  };
  if (process.has_error()) return collect();
  auto end =
      std::make_shared<boost::asio::posix::stream_descriptor>(context_, process.value().release());
  end->async_wait(boost::asio::posix::stream_descriptor::wait_read, [end, collect](auto failed) {
    if (!failed) collect();
  });
}

void LocalEngine::Office::adopt(const domain::Node& node) {
  if (find(node.id) != nullptr) return;
  const auto text = base::read_file(node_directory(node.id) / "config.json");
  const auto config = text.has_value() ? decode_agent_config(text.value())
                                       : base::Result<AgentConfig>(text.error());
  if (config.has_error()) {
    return events_.node_lost(node.id, "the server ended before its agent was started");
  }
  const ProcessIdentity process{node.agent_pid, node.agent_start_time};
  if (process.pid > 0 && !is_alive(process)) {
    return events_.node_lost(node.id, "its agent ended while the server was away");
  }
  auto link = std::make_unique<AgentLink>();
  link->node = node.id;
  link->config = config.value();
  link->last_heard = clock_.monotonic();
  link->deadline = link->last_heard + options_.start_patience;
  AgentLink& kept = *link;
  links_[node.id] = std::move(link);
  if (process.pid > 0) {
    kept.process = process;
    watch_process(kept);
  }
}

void LocalEngine::Office::stop_node(const domain::NodeId& node) {
  AgentLink* link = find(node);
  if (link == nullptr) return events_.node_gone(node);
  if (link->phase == AgentLink::Phase::Stopping) return;
  link->phase = AgentLink::Phase::Stopping;
  link->deadline = clock_.monotonic() + options_.stop_patience;
  link->send(StopNode{});
}

void LocalEngine::Office::watch_process(AgentLink& link) {
  auto process = open_process(*link.process);
  if (process.has_error()) {
    return post([this, node = link.node] { process_ended(node); });
  }
  link.process_end =
      std::make_unique<boost::asio::posix::stream_descriptor>(context_, process.value().release());
  link.process_end->async_wait(boost::asio::posix::stream_descriptor::wait_read,
                               [this, node = link.node](auto failed) {
                                 if (!failed) process_ended(node);
                               });
}

void LocalEngine::Office::process_ended(const domain::NodeId& node) {
  AgentLink* link = find(node);
  if (link == nullptr) return;
  const AgentLink::Phase phase = link->phase;
  forget(node);
  if (phase == AgentLink::Phase::Stopping) {
    std::error_code ignored;
    std::filesystem::remove_all(node_directory(node), ignored);
    events_.node_gone(node);
  } else {
    events_.node_lost(node, "its agent ended unexpectedly, and every process of the node with it");
  }
}

void LocalEngine::Office::forget(const domain::NodeId& node) {
  const auto found = links_.find(node);
  if (found == links_.end()) return;
  found->second->drop_connection();
  // Descriptors may be in the middle of calling us: they go after this call.
  post([kept = std::shared_ptr<AgentLink>(std::move(found->second))] {});
  links_.erase(found);
}

}  // namespace homeport::engine::local
