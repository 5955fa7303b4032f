#include "agent/server_link.hpp"

#include <fcntl.h>

#include <chrono>
#include <utility>

#include "engine/protocol.hpp"

namespace homeport::agent {
namespace {

constexpr auto kRetry = std::chrono::milliseconds(100);

}  // namespace

ServerLink::ServerLink(boost::asio::io_context& io, const DataTree& data,
                       const engine::AgentConfig& config, std::vector<std::string> limits,
                       Handlers handlers)
    : io_(io),
      data_(data),
      config_(config),
      limits_(std::move(limits)),
      handlers_(std::move(handlers)),
      retry_(io),
      heartbeat_(io) {}

void ServerLink::start() {
  connect();
  beat();
}

void ServerLink::connect() {
  // By the open data directory: its path may be hidden, and too long for a socket's address.
  const std::string path =
      "/proc/self/fd/" + std::to_string(data_.descriptor()) + "/" + data_.relative(config_.socket);
  boost::asio::local::stream_protocol::socket socket(io_);
  boost::system::error_code failed;
  socket.connect(boost::asio::local::stream_protocol::endpoint(path), failed);
  if (failed && abandoned()) return handlers_.on_abandoned();
  if (failed) return retry();
  connection_ = std::make_shared<engine::Connection>(std::move(socket));
  connection_->start([this](const std::string& text) { received(text); },
                     [this](const base::Error&) { retry(); });
  connection_->send(engine::encode(
      engine::FromAgent(engine::Hello{engine::kProtocol, config_.node, config_.secret, epoch_,
                                      last_order_, config_.address, config_.slot, limits_})));
}

bool ServerLink::abandoned() const {
  const auto config = data_.open_file(config_.node_directory + "/config.json", O_PATH);
  return config.has_error() && config.error().code == base::ErrorCode::NotFound;
}

void ServerLink::retry() {
  welcomed_ = false;
  connection_.reset();
  retry_.expires_after(kRetry);
  retry_.async_wait([this](auto cancelled) {
    if (!cancelled) connect();
  });
}

void ServerLink::send(const engine::FromAgent& message) {
  if (welcomed_) connection_->send(engine::encode(message));
}

void ServerLink::received(const std::string& text) {
  base::Result<engine::Order> order = engine::decode_order(text);
  if (order.has_error()) return;  // of a later protocol; what this agent can do, it does
  if (const auto* welcome = std::get_if<engine::Welcome>(&order.value().message)) {
    if (welcome->epoch != epoch_) last_order_ = 0;
    epoch_ = welcome->epoch;
    welcomed_ = true;
    return handlers_.on_welcome(*welcome);
  }
  const std::uint64_t number = order.value().number;
  if (number != 0 && number <= last_order_) return;
  if (number != 0) last_order_ = number;
  handlers_.on_order(order.value().message);
}

void ServerLink::beat() {
  send(engine::Heartbeat{last_order_});
  heartbeat_.expires_after(std::chrono::milliseconds(config_.heartbeat_ms));
  heartbeat_.async_wait([this](auto cancelled) {
    if (!cancelled) beat();
  });
}

}  // namespace homeport::agent
