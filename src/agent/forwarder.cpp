#include "agent/forwarder.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "base/text.hpp"

namespace homeport::agent {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::asio::ip::tcp;

constexpr auto kPause = std::chrono::milliseconds(200);
constexpr auto kPatience = std::chrono::seconds(30);
/// A server that answers every time that it cannot will not learn it any more.
constexpr int kMostFailures = 300;

}  // namespace

ServerAddress parse_server_url(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return {};
  const std::string authority = base::split(url.substr(kScheme.size()), '/').front();
  const size_t colon = authority.rfind(':');
  if (colon == std::string::npos) return {};
  const auto port = base::parse_integer(authority.substr(colon + 1));
  if (!port || *port <= 0 || *port > 65535) return {};
  return {authority.substr(0, colon), static_cast<unsigned short>(*port)};
}

Forwarder::Forwarder(boost::asio::io_context& io, Journal& journal,
                     std::function<void(const std::string&, const std::string&)> on_refused)
    : io_(io), journal_(journal), on_refused_(std::move(on_refused)), wake_(io) {}

void Forwarder::set_server(ServerAddress server) {
  server_ = std::move(server);
  wake_.cancel();
}

void Forwarder::add(engine::RequestRecord record) {
  queue_.push_back(std::move(record));
  if (std::exchange(running_, true)) return;
  boost::asio::co_spawn(io_, run(), boost::asio::detached);
}

bool Forwarder::waits(const std::string& token) const {
  for (const engine::RequestRecord& record : queue_) {
    if (record.token == token) return true;
  }
  return false;
}

void Forwarder::when_done(const std::string& token, std::function<void()> then) {
  if (!waits(token)) return then();
  waiters_.push_back({token, std::move(then)});
}

boost::asio::awaitable<void> Forwarder::run() {
  int failures = 0;
  while (!queue_.empty()) {
    const unsigned status = co_await send(queue_.front());
    reaches_server_ = status != 0;
    const bool again =
        status == 0 || status == 429 || (status >= 500 && ++failures < kMostFailures);
    if (again) {
      wake_.expires_after(kPause);
      boost::system::error_code ignored;
      co_await wake_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
      continue;
    }
    failures = 0;
    const engine::RequestRecord done = std::move(queue_.front());
    queue_.pop_front();
    journal_.note(engine::ForwardedRecord{done.number});
    if (status >= 400) {
      on_refused_(done.token, "the server refused " + done.method + " " + done.target + " with " +
                                  std::to_string(status));
    }
    settle();
  }
  running_ = false;
}

/// The status of the answer; 0: none came.
boost::asio::awaitable<unsigned> Forwarder::send(const engine::RequestRecord& record) {
  boost::system::error_code failed;
  auto token = boost::asio::redirect_error(boost::asio::use_awaitable, failed);
  const auto address = boost::asio::ip::make_address(server_.host, failed);
  if (failed || !server_.known()) co_return 0;
  beast::tcp_stream stream(io_);
  stream.expires_after(kPatience);
  co_await stream.async_connect(tcp::endpoint(address, server_.port), token);
  if (failed) co_return 0;
  http::request<http::string_body> request(http::string_to_verb(record.method), record.target, 11);
  request.set(http::field::host, server_.text());
  request.set(http::field::authorization, record.authorization);
  request.set(http::field::content_type, record.content_type);
  request.body() = base::base64_decode(record.body).value_or("");
  request.prepare_payload();
  co_await http::async_write(stream, request, token);
  if (failed) co_return 0;
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  co_await http::async_read(stream, buffer, response, token);
  if (failed) co_return 0;
  co_return response.result_int();
}

void Forwarder::settle() {
  std::vector<Waiter> ready;
  for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
    if (waits(waiter->token)) {
      ++waiter;
    } else {
      ready.push_back(std::move(*waiter));
      waiter = waiters_.erase(waiter);
    }
  }
  for (Waiter& waiter : ready) waiter.then();
}

}  // namespace homeport::agent
