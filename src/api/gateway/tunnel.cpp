#include "api/gateway/tunnel.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <resolv.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <utility>
#include <vector>

#include "api/http/parser.hpp"
#include "api/http/pool_await.hpp"
#include "base/text.hpp"

namespace homeport::api::gateway {
namespace {

namespace asio = boost::asio;
using asio::experimental::awaitable_operators::operator||;
using asio::experimental::awaitable_operators::operator&&;
using Endpoint = asio::ip::tcp::endpoint;
using Socket = http::Socket;

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kPatiencePerAddress{8};
constexpr size_t kBlock = 32U << 10;
constexpr uint32_t kMaxProxyHead = 16U << 10;

base::Error unreachable(const std::string& what, const std::string& why) {
  return base::Error{base::ErrorCode::Unavailable, "cannot reach " + what + ": " + why, {}, {}, {}};
}

/// A server that stops waits for look-ups that run: a name server that is silent must not hold it.
void hurry_this_threads_resolver() {
  thread_local bool done = false;
  if (std::exchange(done, true) || ::res_init() != 0) return;
  _res.retrans = 2;
  _res.retry = 1;
}

base::Result<std::vector<Endpoint>> look_up(const Destination& destination) {
  hurry_this_threads_resolver();
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(destination.host.c_str(),
                                   std::to_string(destination.port).c_str(), &hints, &found);
  if (failed != 0) return unreachable(destination.host, ::gai_strerror(failed));
  std::vector<Endpoint> endpoints;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    Endpoint endpoint;
    if (at->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), at->ai_addr, at->ai_addrlen);
    endpoint.resize(at->ai_addrlen);
    endpoints.push_back(endpoint);
  }
  ::freeaddrinfo(found);
  return endpoints;
}

asio::awaitable<bool> write_all(Socket& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto [error, sent] =
        co_await socket.async_write_some(asio::buffer(bytes.data(), bytes.size()), kAwaitTuple);
    if (error) co_return false;
    bytes.remove_prefix(sent);
  }
  co_return true;
}

void shut(Socket& socket, int how) {
  if (socket.is_open()) ::shutdown(socket.native_handle(), how);
}

class RelayTunnel final : public http::Tunnel {
 public:
  explicit RelayTunnel(TunnelPlan plan) : plan_(std::move(plan)) {}

  asio::awaitable<base::Result<void>> open(asio::any_io_executor executor,
                                           http::WorkerPool& lookups) override;
  asio::awaitable<void> carry(Socket& client, std::string early, http::Deadline& deadline,
                              std::chrono::milliseconds idle_timeout) override;
  void cut() override;

 private:
  asio::awaitable<base::Result<void>> connect(const std::vector<Endpoint>& endpoints);
  asio::awaitable<base::Result<void>> ask_proxy();
  asio::awaitable<void> pump(Socket& from, Socket& to, std::string first, http::Deadline& deadline,
                             std::chrono::milliseconds idle_timeout);
  base::Result<void> keep_allowed(std::vector<Endpoint>& endpoints) const;
  const Destination& next_hop() const {
    return plan_.proxy != nullptr ? plan_.proxy->address : plan_.destination;
  }

  const TunnelPlan plan_;
  std::optional<Socket> socket_;
  std::string from_proxy_;  ///< what came after the proxy's own answer
  bool is_cut_ = false;
};

base::Result<void> RelayTunnel::keep_allowed(std::vector<Endpoint>& endpoints) const {
  if (plan_.proxy != nullptr) return base::success();  // Its owner chose it.
  std::erase_if(endpoints, [this](const Endpoint& endpoint) {
    return !plan_.addresses.allows(endpoint.address());
  });
  if (!endpoints.empty()) return base::success();
  return base::permission_denied(
      plan_.destination.host +
      " has a private address, where Homeport's gateway does not go; `homeport up --gateway-allow "
      "NETWORK` allows it");
}

asio::awaitable<base::Result<void>> RelayTunnel::open(asio::any_io_executor executor,
                                                      http::WorkerPool& lookups) {
  base::Result<std::vector<Endpoint>> found = std::vector<Endpoint>();
  auto look = [&] { found = look_up(next_hop()); };
  const bool ran = co_await http::run_on(lookups, look);
  if (!ran || is_cut_) co_return unreachable(plan_.destination.host, "interrupted");
  if (found.has_error()) co_return found.error();
  std::vector<Endpoint> endpoints = std::move(found).value();
  const base::Result<void> allowed = keep_allowed(endpoints);
  if (allowed.has_error()) co_return allowed;
  socket_.emplace(executor);
  base::Result<void> opened = co_await connect(endpoints);
  if (opened.has_error() || plan_.proxy == nullptr) co_return opened;
  co_return co_await ask_proxy();
}

asio::awaitable<base::Result<void>> RelayTunnel::connect(const std::vector<Endpoint>& endpoints) {
  std::string why = "it has no address";
  for (const Endpoint& endpoint : endpoints) {
    boost::system::error_code error;
    socket_->close(error);
    socket_->open(endpoint.protocol(), error);
    if (error) continue;
    asio::steady_timer timer(socket_->get_executor(), kPatiencePerAddress);
    const auto outcome =
        co_await (socket_->async_connect(Socket::endpoint_type(endpoint), kAwaitTuple) ||
                  timer.async_wait(kAwaitTuple));
    if (is_cut_) break;
    if (outcome.index() == 1) {
      why = "it does not answer";
      continue;
    }
    error = std::get<0>(std::get<0>(outcome));
    if (!error) {
      const int on = 1;
      ::setsockopt(socket_->native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      co_return base::success();
    }
    why = error.message();
  }
  co_return unreachable(next_hop().text(), why);
}

/// The same request that our client made of us, made of the proxy beyond.
asio::awaitable<base::Result<void>> RelayTunnel::ask_proxy() {
  const std::string target = plan_.destination.text();
  std::string request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (!plan_.proxy->credentials.empty()) {
    request += "Proxy-Authorization: Basic " +
               base::base64_encode(plan_.proxy->credentials.reveal()) + "\r\n";
  }
  const base::Error lost = unreachable(target, "the proxy " + plan_.proxy->shown() + " hung up");
  const bool written = co_await write_all(*socket_, request + "\r\n");
  if (!written) co_return lost;
  http::MessageParser parser(http::MessageParser::Kind::Response, kMaxProxyHead);
  parser.expect_no_body();
  std::string buffer;
  while (!parser.has_head()) {
    const size_t before = buffer.size();
    buffer.resize(before + kBlock);
    const auto [error, got] = co_await socket_->async_read_some(
        asio::buffer(buffer.data() + before, kBlock), kAwaitTuple);
    buffer.resize(before + got);
    if (error) co_return lost;
    buffer.erase(0, parser.read_head(buffer));
    if (parser.failure() != http::ParseFailure::None || buffer.size() > kMaxProxyHead) {
      co_return unreachable(target, "the proxy " + plan_.proxy->shown() + " does not speak HTTP");
    }
  }
  const int status = parser.head().status;
  if (status < 200 || status > 299) {
    co_return unreachable(
        target, "the proxy " + plan_.proxy->shown() + " answered " + std::to_string(status));
  }
  from_proxy_ = std::move(buffer);
  co_return base::success();
}

asio::awaitable<void> RelayTunnel::carry(Socket& client, std::string early,
                                         http::Deadline& deadline,
                                         std::chrono::milliseconds idle_timeout) {
  deadline.arm(idle_timeout);
  if (!is_cut_) {
    co_await (pump(client, *socket_, std::move(early), deadline, idle_timeout) &&
              pump(*socket_, client, std::move(from_proxy_), deadline, idle_timeout));
  }
  deadline.disarm();
}

asio::awaitable<void> RelayTunnel::pump(Socket& from, Socket& to, std::string first,
                                        http::Deadline& deadline,
                                        std::chrono::milliseconds idle_timeout) {
  bool carried = co_await write_all(to, first);
  std::string block(kBlock, '\0');
  while (carried) {
    const auto [error, got] = co_await from.async_read_some(asio::buffer(block), kAwaitTuple);
    if (error == asio::error::eof) {
      shut(to, SHUT_WR);
      co_return;
    }
    if (error) break;
    deadline.arm(idle_timeout);
    carried = co_await write_all(to, std::string_view(block.data(), got));
    deadline.arm(idle_timeout);
  }
  // One of them is gone: what the other says has nowhere to go.
  shut(from, SHUT_RDWR);
  shut(to, SHUT_RDWR);
}

void RelayTunnel::cut() {
  is_cut_ = true;
  if (!socket_ || !socket_->is_open()) return;
  shut(*socket_, SHUT_RDWR);
  boost::system::error_code ignored;
  socket_->cancel(ignored);
}

}  // namespace

std::unique_ptr<http::Tunnel> make_tunnel(TunnelPlan plan) {
  return std::make_unique<RelayTunnel>(std::move(plan));
}

}  // namespace homeport::api::gateway
