#include "agent/endpoint.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <utility>

#include "base/text.hpp"

namespace homeport::agent {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr std::uint64_t kLargestBody = std::uint64_t{256} << 20;
constexpr int kMostSessions = 256;
constexpr auto kIdle = std::chrono::seconds(120);
constexpr auto kRelayPatience = std::chrono::seconds(300);
constexpr std::chrono::milliseconds kLongestWait{60000};
constexpr std::chrono::milliseconds kLook{10};

/// The path of a request target, lower case: paths of the two services ignore case.
std::string path_of_target(std::string_view target) {
  return base::to_lower(target.substr(0, target.find('?')));
}

bool is_metrics(http::verb method, const std::string& path) {
  if (method != http::verb::post) return false;
  if (path.find("/metric/v2.0/") != std::string::npos) return path.ends_with("/batch");
  return path.find("/history/") != std::string::npos && path.ends_with("/metrics");
}

bool is_wait(http::verb method, const std::string& path) {
  return method == http::verb::get && path.ends_with("/metricsingest/wait");
}

}  // namespace

struct EndpointSession {
  explicit EndpointSession(tcp::socket socket) : stream(std::move(socket)) {}
  beast::tcp_stream stream;
  beast::flat_buffer buffer;
  http::request<http::string_body> request;
  http::response<http::string_body> response;
};

struct Endpoint::Batch {
  explicit Batch(asio::io_context& io) : done(io, asio::steady_timer::time_point::max()) {}
  asio::steady_timer done;  ///< cancelled when the records are on the disk, or are not
  bool kept = false;
};

Endpoint::Endpoint(asio::io_context& io, Journal& journal, Forwarder& forwarder)
    : io_(io), journal_(journal), forwarder_(forwarder), acceptor_(io) {}

base::Result<void> Endpoint::listen(const engine::AgentConfig& config) {
  boost::system::error_code failed;
  const auto address = asio::ip::make_address(config.address, failed);
  if (failed) return base::invalid_argument("address", config.address + " is not an address");
  int port = config.first_port;
  do {
    acceptor_ = tcp::acceptor(io_);
    const tcp::endpoint place(address, static_cast<unsigned short>(port));
    acceptor_.open(place.protocol(), failed);
    // A predecessor's connections in TIME_WAIT must not take its port out of use.
    if (!failed) acceptor_.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) acceptor_.bind(place, failed);
    if (!failed) acceptor_.listen(128, failed);
  } while (failed && ++port <= config.last_port);
  if (failed) {
    return base::Error{base::ErrorCode::ResourceExhausted,
                       "no port is free on " + config.address + ": " + failed.message()};
  }
  url_ = "http://" + config.address + ":" + std::to_string(acceptor_.local_endpoint().port());
  asio::co_spawn(io_, accept(), asio::detached);
  return base::success();
}

void Endpoint::admit(const std::string& authorization, const engine::ClaimRecord& attempt) {
  if (!authorization.empty()) admitted_[authorization] = attempt;
}

void Endpoint::dismiss(const std::string& token) {
  std::erase_if(admitted_, [&](const auto& entry) { return entry.second.token == token; });
}

asio::awaitable<void> Endpoint::accept() {
  while (true) {
    boost::system::error_code failed;
    tcp::socket socket =
        co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
    if (failed == asio::error::operation_aborted) co_return;
    if (failed || sessions_ >= kMostSessions) continue;  // closing it is the answer
    asio::co_spawn(io_, serve(std::make_shared<EndpointSession>(std::move(socket))),
                   asio::detached);
  }
}

asio::awaitable<void> Endpoint::serve(std::shared_ptr<EndpointSession> session) {
  ++sessions_;
  boost::system::error_code failed;
  auto token = asio::redirect_error(asio::use_awaitable, failed);
  while (!failed) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(kLargestBody);
    session->stream.expires_after(kIdle);
    co_await http::async_read(session->stream, session->buffer, parser, token);
    if (failed) break;
    session->request = parser.release();
    session->response = {http::status::ok, 11};
    co_await answer(*session);
    session->response.keep_alive(session->request.keep_alive());
    if (session->request.method() != http::verb::head) session->response.prepare_payload();
    session->stream.expires_after(kIdle);
    co_await http::async_write(session->stream, session->response, token);
    if (!session->response.keep_alive()) break;
  }
  --sessions_;
}

asio::awaitable<void> Endpoint::answer(EndpointSession& session) {
  const http::verb method = session.request.method();
  const std::string path = path_of_target(session.request.target());
  const auto attempt = admitted_.find(std::string(session.request[http::field::authorization]));
  if (attempt != admitted_.end() && is_metrics(method, path)) {
    co_return co_await keep(session, attempt->second);
  }
  if (attempt != admitted_.end() && is_wait(method, path)) {
    co_return co_await wait_until_forwarded(session, attempt->second.token);
  }
  co_await relay(session);
}

asio::awaitable<void> Endpoint::keep(EndpointSession& session, engine::ClaimRecord attempt) {
  const auto& request = session.request;
  engine::RequestRecord record;
  record.number = forwarder_.next_number();
  record.run_id = attempt.run_id;
  record.token = attempt.token;
  record.method = std::string(request.method_string());
  record.target = std::string(request.target());
  record.authorization = std::string(request[http::field::authorization]);
  record.content_type = std::string(request[http::field::content_type]);
  record.body = base::base64_encode(request.body());
  journal_.note(record);
  const bool kept = co_await synced();
  session.response.set(http::field::content_type, "application/json");
  if (!kept) {
    session.response.result(http::status::service_unavailable);
    session.response.set(http::field::retry_after, "1");
    session.response.body() =
        R"({"error":{"code":"ServiceUnavailable","message":"the node cannot write its journal"}})";
    co_return;
  }
  forwarder_.add(std::move(record));
  session.response.body() = R"({"errors":[]})";
}

asio::awaitable<bool> Endpoint::synced() {
  if (!batch_) {
    batch_ = std::make_shared<Batch>(io_);
    asio::post(io_, [this] {
      const auto batch = std::exchange(batch_, nullptr);
      batch->kept = journal_.sync().has_value();
      batch->done.cancel();
    });
  }
  const auto batch = batch_;
  boost::system::error_code cancelled;
  co_await batch->done.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  co_return batch->kept;
}

asio::awaitable<void> Endpoint::wait_until_forwarded(EndpointSession& session, std::string token) {
  session.response.set(http::field::content_type, "application/json");
  session.response.body() = "{}";
  // Journaled is safe: a server that is away must not keep the script from ending.
  asio::steady_timer pause(io_);
  for (auto waited = kLook; waited < kLongestWait; waited += kLook) {
    if (!forwarder_.waits(token) || !forwarder_.reaches_server()) co_return;
    boost::system::error_code ignored;
    pause.expires_after(kLook);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

asio::awaitable<void> Endpoint::relay(EndpointSession& session) {
  boost::system::error_code failed;
  auto token = asio::redirect_error(asio::use_awaitable, failed);
  beast::tcp_stream stream(io_);
  stream.expires_after(kRelayPatience);
  const auto address = asio::ip::make_address(server_.host, failed);
  if (!failed && server_.known()) {
    co_await stream.async_connect(tcp::endpoint(address, server_.port), token);
  }
  if (!failed && server_.known()) {
    http::request<http::string_body> request = std::move(session.request);
    session.request = {};
    session.request.method(request.method());
    session.request.keep_alive(request.keep_alive());
    // The addresses that discovery tells are made from Host: they are to be ours.
    const std::string path = path_of_target(request.target());
    if (!path.starts_with("/discovery")) request.set(http::field::host, server_.text());
    request.keep_alive(false);
    co_await http::async_write(stream, request, token);
    if (!failed) {
      beast::flat_buffer buffer;
      http::response_parser<http::string_body> parser;
      parser.body_limit(kLargestBody);
      if (request.method() == http::verb::head) parser.skip(true);
      co_await http::async_read(stream, buffer, parser, token);
      if (!failed) {
        session.response = parser.release();
        session.response.erase(http::field::transfer_encoding);
        co_return;
      }
    }
  }
  session.response = {http::status::service_unavailable, 11};
  session.response.set(http::field::retry_after, "1");
  session.response.set(http::field::content_type, "application/json");
  session.response.body() =
      R"({"error":{"code":"ServiceUnavailable","message":"Homeport's server is not running; it is asked again"}})";
}

}  // namespace homeport::agent
