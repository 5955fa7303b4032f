#include "engine/local/office.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>

#include "base/file.hpp"
#include "base/text.hpp"
#include "engine/protocol.hpp"

namespace homeport::engine::local {
namespace {

constexpr std::chrono::milliseconds kTick{500};

}  // namespace

LocalEngine::Office::Office(LocalEngineOptions options, std::filesystem::path program,
                            EngineEvents& events, const base::Clock& clock)
    : options_(std::move(options)),
      program_(std::move(program)),
      events_(events),
      clock_(clock),
      epoch_(base::random_hex(8)),
      work_(boost::asio::make_work_guard(context_)),
      acceptor_(context_),
      timer_(context_) {}

LocalEngine::Office::~Office() {
  context_.stop();
  if (thread_.joinable()) thread_.join();
  // Connections end with the process; the agents notice, go on, and look for the next server.
}

base::Result<void> LocalEngine::Office::run() {
  const std::filesystem::path socket = options_.data_directory / "run" / "agents.sock";
  HP_TRYV(base::make_directory(socket.parent_path(), 0700));
  ::unlink(socket.c_str());
  try {
    const boost::asio::local::stream_protocol::endpoint endpoint(socket.string());
    acceptor_.open(endpoint.protocol());
    acceptor_.bind(endpoint);
    acceptor_.listen();
  } catch (const std::exception& problem) {
    return base::internal(fmt::format("cannot listen on {}: {}", socket.string(), problem.what()));
  }
  accept_next();
  tick();
  thread_ = std::thread([this] { context_.run(); });
  return base::success();
}

void LocalEngine::Office::post(std::function<void()> work) {
  boost::asio::post(context_, std::move(work));
}

std::vector<std::string> LocalEngine::Office::limits() const {
  const std::lock_guard lock(limits_mutex_);
  return limits_;
}

void LocalEngine::Office::send(const domain::NodeId& node, ToAgent message) {
  if (AgentLink* link = find(node)) link->send(std::move(message));
}

void LocalEngine::Office::accept_next() {
  acceptor_.async_accept([this](auto failed, Connection::Socket socket) {
    if (failed == boost::asio::error::operation_aborted) return;
    if (!failed) {
      auto connection = std::make_shared<Connection>(std::move(socket));
      strangers_[connection.get()] = connection;
      connection->start(
          [this, raw = connection.get()](std::string text) {
            const auto stranger = strangers_.find(raw);
            AgentLink* link = link_of(raw);
            if (stranger != strangers_.end()) {
              receive(stranger->second, text);
            } else if (link != nullptr) {
              receive(link->connection, text);
            }
          },
          [this, raw = connection.get()](const base::Error&) { connection_ended(raw); });
    }
    accept_next();
  });
}

void LocalEngine::Office::receive(const std::shared_ptr<Connection>& connection,
                                  const std::string& text) {
  // The map must not be the connection's only owner while it is being looked at.
  const std::shared_ptr<Connection> held = connection;
  const base::Result<FromAgent> message = decode_from_agent(text);
  AgentLink* link = link_of(held.get());
  if (message.has_error()) return held->close(), connection_ended(held.get());
  if (const auto* hello = std::get_if<Hello>(&message.value())) return welcome(held, *hello);
  if (link == nullptr) return;  // only a hello makes a stranger an agent
  link->last_heard = clock_.monotonic();
  if (std::exchange(link->silent, false)) events_.node_heard(link->node);
  if (const auto* heartbeat = std::get_if<Heartbeat>(&message.value())) {
    link->confirm(heartbeat->last_order);
  } else if (const auto* report = std::get_if<AttemptReport>(&message.value())) {
    events_.attempt_reported(link->node, *report);
  }
}

void LocalEngine::Office::welcome(const std::shared_ptr<Connection>& connection,
                                  const Hello& hello) {
  strangers_.erase(connection.get());
  AgentLink* link = find(hello.node);
  ucred peer{};
  socklen_t size = sizeof peer;
  const int socket = connection->socket().native_handle();
  const bool known = link != nullptr && hello.secret == link->config.secret &&
                     ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
                     (peer.uid == 0 || peer.uid == ::geteuid());
  if (!known || hello.protocol > kProtocol) return connection->close();
  link->drop_connection();
  link->connection = connection;
  link->last_heard = clock_.monotonic();
  const auto process = identify_process(peer.pid);
  if (process && link->process != process) {
    link->process = process;
    watch_process(*link);
  }
  connection->send(encode(Order{0, Welcome{kProtocol, epoch_, server_url_}}));
  link->resend_after(hello.epoch == epoch_ ? hello.last_order : 0);
  if (std::exchange(link->silent, false)) events_.node_heard(link->node);
  {
    const std::lock_guard lock(limits_mutex_);
    limits_ = hello.limits;
  }
  if (link->phase == AgentLink::Phase::Starting) {
    link->phase = AgentLink::Phase::Ready;
    NodeFacts facts;
    facts.address = hello.address;
    facts.slot = hello.slot;
    facts.agent_pid = link->process ? link->process->pid : 0;
    facts.agent_start_time = link->process ? link->process->start_time : 0;
    facts.limits = hello.limits;
    events_.node_ready(link->node, std::move(facts));
  }
}

void LocalEngine::Office::connection_ended(const Connection* connection) {
  strangers_.erase(connection);
  AgentLink* link = link_of(connection);
  if (link == nullptr) return;
  link->connection.reset();
  // A dead agent is known at once by its process; a living one comes back by itself.
  if (link->process && !is_alive(*link->process)) process_ended(link->node);
}

AgentLink* LocalEngine::Office::link_of(const Connection* connection) {
  for (auto& [node, link] : links_) {
    if (link->connection.get() == connection) return link.get();
  }
  return nullptr;
}

AgentLink* LocalEngine::Office::find(const domain::NodeId& node) {
  const auto found = links_.find(node);
  return found == links_.end() ? nullptr : found->second.get();
}

void LocalEngine::Office::tick() {
  const base::Duration now = clock_.monotonic();
  std::vector<domain::NodeId> nodes;
  for (const auto& [node, link] : links_) nodes.push_back(node);
  for (const domain::NodeId& node : nodes) {
    if (AgentLink* link = find(node)) check(*link, now);
  }
  timer_.expires_after(kTick);
  timer_.async_wait([this](auto failed) {
    if (!failed) tick();
  });
}

void LocalEngine::Office::check(AgentLink& link, base::Duration now) {
  const domain::NodeId node = link.node;
  if (link.process && !is_alive(*link.process)) return process_ended(node);
  if (link.phase == AgentLink::Phase::Ready) {
    if (!link.silent && now - link.last_heard > options_.silent_after) {
      link.silent = true;
      events_.node_silent(node, clock_.wall() - (now - link.last_heard));
    }
    return;
  }
  if (now < link.deadline) return;
  if (link.process) ::kill(link.process->pid, SIGKILL);
  if (link.phase == AgentLink::Phase::Starting) {
    const std::string line = last_line(node_directory(node) / "agent.log");
    forget(node);
    events_.node_failed(
        node, "its agent did not come up in time" + (line.empty() ? std::string() : ": " + line));
  } else if (!link.process) {
    forget(node);
    events_.node_gone(node);
  }
}

}  // namespace homeport::engine::local
