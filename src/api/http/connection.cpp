#include "api/http/connection.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/http/endpoint_text.hpp"
#include "api/http/pool_await.hpp"
#include "api/http/request_reader.hpp"
#include "api/http/response_writer.hpp"
#include "api/http/target.hpp"
#include "base/text.hpp"

namespace homeport::api::http {
namespace {

constexpr std::chrono::milliseconds kLingerTime{2'000};
constexpr size_t kLingerBytes = 64U << 20;
constexpr unsigned char kTlsHandshake = 0x16;

const char* principal_kind(const security::Principal& principal) {
  struct {
    const char* operator()(const security::Anonymous&) const { return "anonymous"; }
    const char* operator()(const security::Owner&) const { return "owner"; }
    const char* operator()(const security::Monitor&) const { return "monitor"; }
    const char* operator()(const security::RunIdentity&) const { return "run"; }
    const char* operator()(const security::StorageAccount&) const { return "storage"; }
  } const name;
  return std::visit(name, principal);
}

bool is_host(const std::pair<std::string, std::string>& field) {
  return base::equals_ignoring_case(field.first, "Host");
}

/// The request without its body, or why it cannot be served.
std::optional<Response> begin_request(MessageHead& head, Request& request,
                                      const ProxyPolicy* proxy) {
  request.method = std::move(head.method);
  request.headers = std::move(head.headers);
  request.host = request.headers.get("Host");
  if (head.version == 11 && request.host.empty()) {
    return error_response(400, "MissingHost", "an HTTP/1.1 request has a Host header");
  }
  // RFC 9112 §3.2: whoever stands in between may have read the other one.
  const auto& fields = request.headers.fields();
  if (std::count_if(fields.begin(), fields.end(), is_host) > 1) {
    return error_response(400, "AmbiguousHost", "a request has one Host header");
  }
  const auto parsed = parse_target(head.target, request);
  if (parsed.has_error()) return error_response(400, "InvalidUri", parsed.error().message);
  const bool is_proxy_form = !head.target.starts_with('/') && head.target != "*";
  if (is_proxy_form && proxy != nullptr && !proxy->is_own(request.host)) {
    Response refusal = error_response(
        501, "NotImplemented",
        "Homeport's gateway carries https:// only (CONNECT); leave HTTP_PROXY unset, or as it was");
    refusal.reason = "Not Implemented: this proxy carries https only";
    return refusal;
  }
  return std::nullopt;
}

/// A small file is read by the worker that has it open: cheaper than to hand it to another thread,
/// and its bytes go out with the head.
void read_small_file(Response& response) {
  constexpr uint64_t kSmall = 64U << 10;
  const auto* file = std::get_if<FileBody>(&response.body);
  if (file == nullptr || file->length > kSmall) return;
  std::string text(static_cast<size_t>(file->length), '\0');
  const ssize_t got =
      ::pread(file->file->get(), text.data(), text.size(), static_cast<off_t>(file->offset));
  // What has become shorter is left to the writer, which knows how to end such an answer.
  if (got == static_cast<ssize_t>(text.size())) response.body = std::move(text);
}

Response answered(const Dispatcher& dispatcher, Request& request, const Router::Match& match) {
  try {
    Response response = dispatcher(request, match);
    if (request.method != "HEAD" && response.status != 304) read_small_file(response);
    return response;
  } catch (const std::exception& exception) {
    // The text is of a library and may hold what a client must not see.
    Response response = error_response(500, "InternalServerError",
                                       "the server failed on this request; its log says more");
    response.failure = exception.what();
    return response;
  }
}

}  // namespace

Connection::Connection(Service& service, Socket socket, std::string remote_address)
    : service_(service), socket_(std::move(socket)), remote_address_(std::move(remote_address)) {}

Connection::~Connection() = default;

asio::awaitable<void> Connection::serve() {
  try {
    const bool opened = co_await open_stream();
    if (opened) co_await serve_stream();
    // A stop that came while its answer was written has found a connection that was not idle.
    if (becomes_tunnel_ && !service_.stopping) co_await serve_tunnel();
  } catch (const std::exception&) {
    // Out of memory, or a defect: this connection ends, the server goes on.
  }
  reader_ = nullptr;
}

asio::awaitable<bool> Connection::open_stream() {
  if (service_.tls) {
    deadline_.arm(service_.options.idle_timeout);
    const auto [waited] = co_await socket_.async_wait(asio::socket_base::wait_read,
                                                      asio::as_tuple(asio::use_awaitable));
    unsigned char first = 0;
    if (waited || ::recv(socket_.native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1) {
      co_return false;
    }
    if (first == kTlsHandshake) {
      deadline_.arm(service_.options.read_timeout);
      auto context = service_.tls->for_address(local_host_of(socket_.native_handle()));
      if (context.has_error()) co_return false;
      boost::system::error_code error;
      stream_ = co_await make_tls_stream(socket_, std::move(context).value(), error);
      deadline_.disarm();
      co_return stream_ != nullptr;
    }
    deadline_.disarm();
  }
  stream_ = make_plain_stream(socket_);
  co_return true;
}

asio::awaitable<void> Connection::serve_stream() {
  RequestReader reader(service_, *stream_, deadline_);
  ResponseWriter writer(service_, *stream_, socket_, deadline_);
  reader_ = &reader;
  bool goes_on = true;
  becomes_tunnel_ = false;
  while (goes_on && !service_.stopping) goes_on = co_await serve_request(reader, writer);
  if (becomes_tunnel_) {
    reader_ = nullptr;
    co_return;
  }
  deadline_.arm(kLingerTime);
  co_await stream_->goodbye();
  deadline_.disarm();
  reader_ = nullptr;
}

asio::awaitable<bool> Connection::serve_request(RequestReader& reader, ResponseWriter& writer) {
  const RequestReader::Head outcome = co_await reader.read_head();
  switch (outcome) {
    case RequestReader::Head::Ready:
      break;
    case RequestReader::Head::Closed:
      co_return false;
    case RequestReader::Head::Malformed:
      co_return co_await refuse(writer,
                                error_response(400, "MalformedRequest", "this is not HTTP/1.1"));
    case RequestReader::Head::TooLarge:
      co_return co_await refuse(
          writer, error_response(431, "HeaderTooLarge", "the head of the request is too large"));
    case RequestReader::Head::CutOff:
      co_return co_await refuse(
          writer, error_response(was_late_ ? 408 : 400, "IncompleteRequest",
                                 "the connection fell silent or ended inside a request"));
  }
  const auto start = Deadline::Clock::now();
  if (reader.head().method == "CONNECT") {
    co_return co_await serve_connect(reader, writer, start);
  }
  const bool wants_more = reader.head().keep_alive;
  Framing framing{reader.head().method == "HEAD", false, reader.head().version};
  Request request;
  Router::Match match;
  std::optional<Response> refusal = co_await receive(reader, request, match);
  if (refusal) {
    tell(request, match, *refusal, framing, start);
    co_return co_await refuse(writer, *std::move(refusal), framing.head_request);
  }
  const Response response = co_await answer(request, match);
  framing.keep_alive = wants_more && !service_.stopping;
  const bool written = co_await writer.write(response, framing);
  tell(request, match, response, framing, start);
  co_return written&& framing.keep_alive;
}

asio::awaitable<std::optional<Response>> Connection::receive(RequestReader& reader,
                                                             Request& request,
                                                             Router::Match& match) {
  request.scheme = stream_->is_secure() ? "https" : "http";
  request.remote_address = remote_address_;
  request.gateway_name = tunnel_name_;
  std::optional<Response> refusal = begin_request(reader.head(), request, service_.options.proxy);
  if (refusal) co_return refusal;
  match = service_.router.find(request.method, request.path);
  co_return co_await reader.read_body(request, match);
}

asio::awaitable<Response> Connection::answer(Request& request, const Router::Match& match) {
  Response response;
  auto work = [&] { response = answered(service_.dispatcher, request, match); };
  const bool ran = co_await run_on(service_.workers, work);
  if (!ran) {
    response = error_response(503, "ServerBusy", "the server is busy; try again");
    response.headers.add("Retry-After", "1");
  }
  co_return response;
}

asio::awaitable<bool> Connection::refuse(ResponseWriter& writer, Response response,
                                         bool head_request) {
  const Framing framing{head_request, false, 11};
  const bool written = co_await writer.write(response, framing);
  if (written) co_await linger();
  co_return false;
}

/// Bytes that nobody reads would make the kernel reset the connection, and the client would lose
/// the answer that says why.
asio::awaitable<void> Connection::linger() {
  ::shutdown(socket_.native_handle(), SHUT_WR);
  deadline_.arm(kLingerTime);
  std::string scratch(64U << 10, '\0');
  for (size_t total = 0; total < kLingerBytes;) {
    const auto [error, got] = co_await socket_.async_read_some(asio::buffer(scratch),
                                                               asio::as_tuple(asio::use_awaitable));
    if (error || got == 0) break;
    total += got;
  }
  deadline_.disarm();
}

void Connection::tell(const Request& request, const Router::Match& match, const Response& response,
                      Framing framing, Deadline::Clock::time_point start) const {
  if (service_.options.observers.empty()) return;
  RequestRecord record;
  record.method = request.method;
  if (match.pattern != nullptr) record.pattern = *match.pattern;
  record.principal = principal_kind(request.principal);
  record.scheme = request.scheme;
  record.remote_address = request.remote_address;
  record.failure = response.failure;
  record.status = response.status;
  record.bytes_in = request.body.size;
  record.bytes_out = sends_body(response, framing) ? body_size(response) : 0;
  record.duration =
      std::chrono::duration_cast<std::chrono::microseconds>(Deadline::Clock::now() - start);
  for (RequestObserver* observer : service_.options.observers) observer->observe(record);
}

void Connection::enforce_deadline(Deadline::Clock::time_point now) {
  if (!deadline_.has_passed(now)) return;
  if (was_late_) {
    cut();
    return;
  }
  was_late_ = true;
  deadline_.arm(kLingerTime);
  if (tunnel_ != nullptr) tunnel_->cut();
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Connection::stop_politely() {
  if (reader_ == nullptr || reader_->is_idle()) cut();
}

void Connection::cut() {
  ::shutdown(socket_.native_handle(), SHUT_RDWR);
  if (tunnel_ != nullptr) tunnel_->cut();
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace homeport::api::http
