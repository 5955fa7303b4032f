#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/http/connection.hpp"
#include "api/http/pool_await.hpp"
#include "api/http/request_reader.hpp"
#include "api/http/response_writer.hpp"
#include "api/http/status.hpp"

/// CONNECT: the part of a connection's life in which it becomes something else.
namespace homeport::api::http {
namespace {

constexpr unsigned char kTlsHandshake = 0x16;
constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";
const std::string kPattern = "CONNECT";

/// What clients of a proxy show is its status line, so that is where the sentence goes too.
Response refusal_of(int status, const char* code, const std::string& message) {
  Response response = error_response(status, code, message);
  response.reason = message;
  return response;
}

Response refusal_of(const base::Error& error) {
  const int status = error.code == base::ErrorCode::Unavailable ? 502 : http_status(error.code);
  return refusal_of(status, base::to_string(error.code), error.message);
}

}  // namespace

asio::awaitable<bool> Connection::serve_connect(RequestReader& reader, ResponseWriter& writer,
                                                Deadline::Clock::time_point start) {
  Request request;
  request.method = "CONNECT";
  request.scheme = stream_->is_secure() ? "https" : "http";
  request.remote_address = remote_address_;
  const int version = reader.head().version;
  const ConnectRequest asked{std::move(reader.head().target), std::move(reader.head().headers),
                             remote_address_};
  ConnectDecision decision = co_await decide(asked);
  if (auto* tunnel = std::get_if<std::unique_ptr<Tunnel>>(&decision)) {
    tunnel_ = std::move(*tunnel);
    base::Result<void> opened = co_await open_tunnel();
    if (opened.has_error()) {
      decision = refusal_of(opened.error());
    } else {
      decision = Response{200};
    }
  }
  const auto* answer = std::get_if<Response>(&decision);
  Router::Match match;
  match.pattern = &kPattern;
  tell(request, match, answer != nullptr ? *answer : Response{200}, {false, false, version}, start);
  if (answer != nullptr && answer->status != 200) {
    tunnel_.reset();
    co_return co_await refuse(writer, *answer);
  }
  if (const auto* serve = std::get_if<ServeAs>(&decision)) tunnel_name_ = serve->name;
  early_ = reader.take_unread();
  const bool written = co_await writer.write_text(kEstablished);
  becomes_tunnel_ = written;
  co_return false;
}

asio::awaitable<ConnectDecision> Connection::decide(const ConnectRequest& asked) {
  if (service_.options.proxy == nullptr) {
    co_return refusal_of(501, "NotImplemented", "CONNECT is for proxies, which this server is not");
  }
  if (stream_->is_secure()) {
    co_return refusal_of(
        501, "NotImplemented",
        "CONNECT inside TLS is not built in Homeport yet; name the proxy with http://");
  }
  ConnectDecision decision = Response{};
  auto ask = [&] {
    try {
      decision = service_.options.proxy->decide(asked);
    } catch (const std::exception& exception) {
      Response response =
          refusal_of(500, "InternalServerError", "the gateway failed; its log says more");
      response.failure = exception.what();
      decision = std::move(response);
    }
  };
  const bool ran = co_await run_on(service_.workers, ask);
  if (!ran) co_return refusal_of(503, "ServerBusy", "the server is busy; try again");
  co_return decision;
}

asio::awaitable<base::Result<void>> Connection::open_tunnel() {
  deadline_.arm(service_.options.connect_timeout);
  base::Result<void> opened = co_await tunnel_->open(socket_.get_executor(), service_.lookups);
  deadline_.disarm();
  if (opened.has_error() && was_late_) {
    co_return base::Error{base::ErrorCode::DeadlineExceeded,
                          "the host behind the tunnel does not answer",
                          {},
                          {},
                          {}};
  }
  co_return opened;
}

asio::awaitable<void> Connection::serve_tunnel() {
  if (tunnel_ != nullptr) {
    co_await tunnel_->carry(socket_, std::move(early_), deadline_,
                            service_.options.tunnel_idle_timeout);
    co_return;
  }
  const bool opened = co_await open_named_stream();
  if (opened) co_await serve_stream();
}

/// TLS with the certificate of the name that the client connected to, whatever it says in SNI.
asio::awaitable<bool> Connection::open_named_stream() {
  deadline_.arm(service_.options.read_timeout);
  unsigned char first = early_.empty() ? 0 : static_cast<unsigned char>(early_.front());
  if (early_.empty()) {
    const auto [waited] = co_await socket_.async_wait(asio::socket_base::wait_read,
                                                      asio::as_tuple(asio::use_awaitable));
    if (waited || ::recv(socket_.native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1) {
      co_return false;
    }
  }
  if (first != kTlsHandshake) {
    ResponseWriter writer(service_, *stream_, socket_, deadline_);
    const bool refused = co_await refuse(
        writer, error_response(400, "TlsExpected",
                               tunnel_name_ + " is spoken to through TLS: use https://"));
    co_return refused;
  }
  if (!service_.tls) co_return false;
  auto context = service_.tls->for_name(tunnel_name_);
  if (context.has_error()) co_return false;
  boost::system::error_code error;
  stream_ = co_await make_tls_stream(socket_, std::move(context).value(), error, std::move(early_));
  deadline_.disarm();
  co_return stream_ != nullptr;
}

}  // namespace homeport::api::http
