#include "engine/local/engine_core.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "base/text.hpp"
#include "engine/local/node_process.hpp"
#include "engine/protocol.hpp"
#include "security/tokens.hpp"

namespace homeport::engine {
namespace {

using boost::asio::local::stream_protocol;

/// Who is at the other end, as the kernel knows it.
struct ucred peer_of(stream_protocol::socket& socket) {
  struct ucred peer {};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return {};
  return peer;
}

}  // namespace

LocalEngine::Core::Core(LocalEngineOptions options, EngineEvents& events, const base::Clock& clock)
    : options_(std::move(options)),
      events_(events),
      clock_(clock),
      epoch_(base::random_hex(8)),
      work_(boost::asio::make_work_guard(io_)),
      acceptor_(io_),
      silence_(io_) {}

LocalEngine::Core::~Core() {
  shutdown();
}

base::Result<void> LocalEngine::Core::open() {
  HP_TRY(program_, install_agent(options_.data_directory, options_.agent_program));
  HP_TRYV(base::make_directory(options_.data_directory / "nodes", 0711));
  HP_TRY(const std::string instance, instance_of(options_.data_directory));
  groups_ = std::make_unique<const ControlGroups>(
      options_.control_groups ? ControlGroups::find(instance, options_.most_tasks)
                              : ControlGroups(instance, {}, options_.most_tasks));
  const std::filesystem::path run = options_.data_directory / "run";
  HP_TRYV(base::make_directory(run, 0700));
  ::unlink((run / "agents.sock").c_str());
  // By an open directory: the address of a socket has room for 107 characters only.
  const base::FileDescriptor place(::open(run.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!place.valid()) return base::system_error("cannot open " + run.string(), errno);
  boost::system::error_code failed;
  acceptor_.open(stream_protocol(), failed);
  if (!failed) {
    acceptor_.bind("/proc/self/fd/" + std::to_string(place.get()) + "/agents.sock", failed);
  }
  if (!failed) acceptor_.listen(256, failed);
  if (failed) return base::system_error("cannot listen for agents", failed.value());
  return base::success();
}

void LocalEngine::Core::start() {
  accept();
  watch_silence();
  thread_ = std::thread([this] { io_.run(); });
}

void LocalEngine::Core::post(std::function<void()> task) {
  boost::asio::post(io_, std::move(task));
}

void LocalEngine::Core::shutdown() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

bool LocalEngine::Core::wait_until_empty(std::chrono::milliseconds limit) {
  const base::Duration until = clock_.monotonic() + limit;
  while (count_ != 0 && clock_.monotonic() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return count_ == 0;
}

void LocalEngine::Core::accept() {
  acceptor_.async_accept([this](auto failed, stream_protocol::socket socket) {
    if (failed == boost::asio::error::operation_aborted) return;
    if (!failed && peer_of(socket).uid == ::geteuid()) {
      const auto connection = std::make_shared<Connection>(std::move(socket));
      strangers_.insert(connection);
      connection->start([this, raw = connection.get()](
                            const std::string& text) { introduced(raw->shared_from_this(), text); },
                        [this, raw = connection.get()](const base::Error&) {
                          strangers_.erase(raw->shared_from_this());
                        });
    }
    accept();
  });
}

void LocalEngine::Core::introduced(const std::shared_ptr<Connection>& connection,
                                   const std::string& text) {
  strangers_.erase(connection);
  const auto message = decode_from_agent(text);
  const Hello* hello = message.has_value() ? std::get_if<Hello>(&message.value()) : nullptr;
  if (hello == nullptr || !adopted_) return connection->close();
  LocalNode* node = find(hello->node);
  if (node == nullptr) {
    // Stopped while no server was there to tell it.
    connection->send(encode(Order{0, StopNode{}}));
    return connection->close();
  }
  const pid_t pid = peer_of(connection->socket()).pid;
  if (!security::equal_in_constant_time(hello->secret, node->secret) || !watch_agent(*node, pid)) {
    return connection->close();
  }
  if (node->connection) node->connection->close();
  node->connection = connection;
  node->limits = hello->limits;
  if (const std::string limit = groups_->limit(); !limit.empty()) node->limits.push_back(limit);
  connection->restart(
      [this, id = node->id](const std::string& said) {
        if (LocalNode* known = find(id)) received(*known, said);
      },
      [this, id = node->id, raw = connection.get()](const base::Error&) {
        LocalNode* known = find(id);
        if (known != nullptr && known->connection.get() == raw) known->connection.reset();
      });
  welcome(*node);
  node->send_from(hello->epoch == epoch_ ? hello->last_order : 0);
  heard(*node);
  if (std::exchange(node->ready, true)) return;
  node->deadline.cancel();
  if (node->stopping) return set_deadline(*node, options_.stop_timeout);
  events_.node_ready(node->id, NodeFacts{node->address, node->slot, node->agent,
                                         node->agent_start_time, node->limits});
}

void LocalEngine::Core::welcome(LocalNode& node) {
  node.connection->send(encode(Order{0, Welcome{kProtocol, epoch_, options_.server_url}}));
}

void LocalEngine::Core::received(LocalNode& node, const std::string& text) {
  heard(node);
  auto message = decode_from_agent(text);
  if (message.has_error()) return;
  if (auto* report = std::get_if<AttemptReport>(&message.value())) {
    events_.attempt_reported(node.id, std::move(*report));
  } else if (const auto* beat = std::get_if<Heartbeat>(&message.value())) {
    node.arrived(beat->last_order);
  }
}

void LocalEngine::Core::heard(LocalNode& node) {
  node.heard = clock_.monotonic();
  node.heard_wall = clock_.wall();
  if (std::exchange(node.silent, false)) events_.node_heard(node.id);
}

void LocalEngine::Core::watch_silence() {
  for (const auto& [id, node] : nodes_) {
    const bool late = clock_.monotonic() - node->heard > options_.silent_after;
    if (!late || node->silent || node->agent == 0 || node->stopping) continue;
    node->silent = true;
    events_.node_silent(id, node->heard_wall);
  }
  silence_.expires_after(options_.silent_after / 10);
  silence_.async_wait([this](auto cancelled) {
    if (!cancelled) watch_silence();
  });
}

void LocalEngine::Core::order(const domain::NodeId& id, ToAgent message) {
  LocalNode* node = find(id);
  if (node != nullptr && !node->stopping) node->order(std::move(message));
}

void LocalEngine::Core::set_server_url(const std::string& url) {
  options_.server_url = url;
  for (const auto& [id, node] : nodes_) {
    if (node->connection) welcome(*node);
  }
  for (const domain::NodeId& id : std::exchange(to_drain_, {})) drain(id);
}

LocalNode* LocalEngine::Core::find(const domain::NodeId& id) {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : found->second.get();
}

}  // namespace homeport::engine
