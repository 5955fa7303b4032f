#include "api/http/client.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "api/http/client_tls.hpp"
#include "api/http/client_transport.hpp"
#include "api/http/parser.hpp"
#include "base/text.hpp"

namespace homeport::api::http {
namespace {

constexpr uint32_t kMaxHeaderBytes = 256U << 10;
constexpr size_t kBlock = 256U << 10;

bool may_repeat(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE";
}

uint64_t size_of(const std::variant<std::string, FileBody>& body) {
  if (const auto* file = std::get_if<FileBody>(&body)) return file->length;
  return std::get<std::string>(body).size();
}

std::string head_of(const ClientRequest& request, const Url& url) {
  std::string out = fmt::format("{} {} HTTP/1.1\r\n", request.method, url.target);
  if (!request.headers.has("Host")) out += fmt::format("Host: {}\r\n", url.authority);
  for (const auto& [name, value] : request.headers.fields()) {
    if (base::equals_ignoring_case(name, "Content-Length")) continue;
    out += fmt::format("{}: {}\r\n", name, value);
  }
  const uint64_t size = size_of(request.body);
  if (size > 0 || request.method == "POST" || request.method == "PUT" ||
      request.method == "PATCH") {
    out += fmt::format("Content-Length: {}\r\n", size);
  }
  return out + "\r\n";
}

base::Result<void> send_file(Transport& transport, const FileBody& file,
                             const std::function<void(uint64_t)>& on_sent) {
  std::string block(kBlock, '\0');
  for (uint64_t sent = 0; sent < file.length;) {
    const auto size = static_cast<size_t>(std::min<uint64_t>(kBlock, file.length - sent));
    const ssize_t got =
        ::pread(file.file->get(), block.data(), size, static_cast<off_t>(file.offset + sent));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_error("cannot read the file to send", errno);
    if (got == 0) {
      return base::Error{base::ErrorCode::Conflict,
                         "the file became shorter while it was sent",
                         {},
                         "FileChanged",
                         {}};
    }
    HP_TRYV(transport.write(std::string_view(block).substr(0, static_cast<size_t>(got))));
    sent += static_cast<uint64_t>(got);
    if (on_sent) on_sent(sent);
  }
  return base::success();
}

base::Result<void> send_request(Transport& transport, const ClientRequest& request,
                                const Url& url) {
  std::string head = head_of(request, url);
  if (const auto* file = std::get_if<FileBody>(&request.body)) {
    HP_TRYV(transport.write(head));
    return send_file(transport, *file, request.on_sent);
  }
  const auto& text = std::get<std::string>(request.body);
  // One packet for what fits into one.
  if (text.size() <= kBlock) {
    head += text;
    HP_TRYV(transport.write(head));
  } else {
    HP_TRYV(transport.write(head));
    HP_TRYV(transport.write(text));
  }
  if (request.on_sent && !text.empty()) request.on_sent(text.size());
  return base::success();
}

/// Reads one response.
class ResponseReader {
 public:
  ResponseReader(Transport& transport, bool to_head)
      : transport_(transport),
        parser_(MessageParser::Kind::Response, kMaxHeaderBytes),
        to_head_(to_head) {}

  base::Result<ClientResponse> read(const BodySink& sink) {
    HP_TRYV(read_head());
    ClientResponse response{parser_.head().status, parser_.head().headers, {}};
    const bool into_sink = sink && response.status >= 200 && response.status < 300;
    while (!parser_.is_done()) {
      std::string part;
      take(parser_.read_body(buffer_, part));
      if (parser_.failure() != ParseFailure::None) return malformed();
      if (into_sink && !part.empty()) {
        HP_TRYV(sink(part));
      } else {
        response.body += part;
      }
      if (parser_.is_done()) break;
      HP_TRY(const bool came, fill());
      if (!came && !parser_.read_end()) return lost();
    }
    keep_alive_ = parser_.head().keep_alive && !parser_.head().until_close && buffer_.empty();
    return response;
  }

  bool saw_a_byte() const { return saw_a_byte_; }
  bool keep_alive() const { return keep_alive_; }

 private:
  base::Result<void> read_head() {
    while (true) {
      parser_.restart();
      if (to_head_) parser_.expect_no_body();
      while (!parser_.has_head()) {
        take(parser_.read_head(buffer_));
        if (parser_.failure() != ParseFailure::None) return malformed();
        if (parser_.has_head()) break;
        HP_TRY(const bool came, fill());
        if (!came) return lost();
      }
      if (parser_.head().status >= 200) return base::success();
    }
  }

  void take(size_t bytes) { buffer_.erase(0, bytes); }

  base::Result<bool> fill() {
    const size_t before = buffer_.size();
    buffer_.resize(before + kBlock);
    auto got = transport_.read(buffer_.data() + before, kBlock);
    buffer_.resize(before + (got.has_value() ? got.value() : 0));
    if (got.has_error()) return got.error();
    saw_a_byte_ = saw_a_byte_ || got.value() > 0;
    return got.value() > 0;
  }

  static base::Error malformed() {
    return base::Error{
        base::ErrorCode::Unavailable, "the server does not speak HTTP", {}, "NotHttp", {}};
  }
  static base::Error lost() {
    return base::Error{base::ErrorCode::Unavailable,
                       "the server ended the connection before its answer was whole",
                       {},
                       "ConnectionLost",
                       {}};
  }

  Transport& transport_;
  MessageParser parser_;
  bool to_head_;
  std::string buffer_;
  bool saw_a_byte_ = false;
  bool keep_alive_ = false;
};

}  // namespace

struct Client::State {
  explicit State(ClientOptions the_options) : options(std::move(the_options)) {}

  ClientOptions options;
  std::unique_ptr<Transport> transport;  ///< ready for a request, or null
  Url url;                               ///< where `transport` leads

  struct Attempt {
    base::Result<ClientResponse> result;
    bool unseen;  ///< the server had not answered one byte
  };
  Attempt attempt(const ClientRequest& request, const Url& target, const BodySink& sink);
};

Client::State::Attempt Client::State::attempt(const ClientRequest& request, const Url& target,
                                              const BodySink& sink) {
  std::unique_ptr<Transport> used = std::move(transport);
  const base::Result<void> sent = send_request(*used, request, target);
  if (sent.has_error() && sent.error().code != base::ErrorCode::Unavailable) {
    return {sent.error(), false};
  }
  // A server that refuses a body answers and ends the connection while we still send.
  ResponseReader reader(*used, request.method == "HEAD");
  base::Result<ClientResponse> response = reader.read(sink);
  if (response.has_error()) {
    return {sent.has_error() && !reader.saw_a_byte() ? sent.error() : std::move(response),
            !reader.saw_a_byte()};
  }
  if (sent.has_value() && reader.keep_alive()) {
    transport = std::move(used);
    url = target;
  }
  return {std::move(response), false};
}

Client::Client(ClientOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

base::Result<ClientResponse> Client::send(const ClientRequest& request, const BodySink& sink) {
  HP_TRY(const Url url, parse_url(request.url));
  const bool reused =
      state_->transport && state_->url.same_server(url) && !state_->transport->is_stale();
  if (!reused) {
    HP_TRY(state_->transport, Transport::connect(url, state_->options));
  }
  State::Attempt first = state_->attempt(request, url, sink);
  const bool met_the_end = reused && first.unseen && first.result.has_error() &&
                           first.result.error().code == base::ErrorCode::Unavailable;
  if (!met_the_end || !may_repeat(request.method)) return std::move(first.result);
  HP_TRY(state_->transport, Transport::connect(url, state_->options));
  return std::move(state_->attempt(request, url, sink).result);
}

}  // namespace homeport::api::http
