#include "api/http/parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "base/text.hpp"

namespace homeport::api::http {
namespace {

namespace beast = boost::beast;
using boost::system::error_code;

std::string text(beast::string_view view) {
  return std::string(view.data(), view.size());
}

/// Beast's grammar without its containers: what it finds goes straight into our head and body.
template <bool kIsRequest>
class Grammar final : public beast::http::basic_parser<kIsRequest> {
 public:
  Grammar(MessageHead& head, std::string*& body) : head_(head), body_(body) {}

 private:
  void on_request_impl(beast::http::verb /*method*/, beast::string_view method,
                       beast::string_view target, int version, error_code& error) override {
    head_.method = text(method);
    head_.target = text(target);
    head_.version = version;
    error = {};
  }
  void on_response_impl(int code, beast::string_view /*reason*/, int version,
                        error_code& error) override {
    head_.status = code;
    head_.version = version;
    error = {};
  }
  void on_field_impl(beast::http::field field, beast::string_view name, beast::string_view value,
                     error_code& error) override {
    error = {};
    if (this->is_header_done()) return;  // A trailer: nobody asks for one.
    // What else a body may be coded in is not known here, so its end would not be either.
    if (kIsRequest && field == beast::http::field::transfer_encoding &&
        !beast::iequals(value, "chunked")) {
      error = beast::http::error::bad_transfer_encoding;
      return;
    }
    head_.headers.add(text(name), text(value));
  }
  void on_header_impl(error_code& error) override { error = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                         error_code& error) override {
    error = {};
  }
  size_t on_body_impl(beast::string_view body, error_code& error) override {
    error = {};
    body_->append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t /*size*/, beast::string_view /*extensions*/,
                            error_code& error) override {
    error = {};
  }
  size_t on_chunk_body_impl(std::uint64_t /*remain*/, beast::string_view body,
                            error_code& error) override {
    return on_body_impl(body, error);
  }
  void on_finish_impl(error_code& error) override { error = {}; }

  MessageHead& head_;
  std::string*& body_;
};

}  // namespace

struct MessageParser::Impl {
  Impl(Kind a_kind, uint32_t a_limit) : kind(a_kind), limit(a_limit) { restart(); }

  void restart() {
    head = {};
    failure = ParseFailure::None;
    if (kind == Kind::Request) {
      begin(request.emplace(head, body));
    } else {
      begin(response.emplace(head, body));
    }
  }
  template <typename T>
  void begin(T& parser) const {
    parser.header_limit(limit);
    parser.body_limit(boost::none);
  }

  template <typename Use>
  auto with_parser(Use use) {
    return kind == Kind::Request ? use(*request) : use(*response);
  }

  size_t put(std::string_view bytes, bool eager) {
    error_code error;
    const size_t used = with_parser([&](auto& parser) {
      parser.eager(eager);
      return parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    });
    if (error == beast::http::error::header_limit) {
      failure = ParseFailure::HeaderTooLarge;
    } else if (error && error != beast::http::error::need_more) {
      failure = ParseFailure::Malformed;
    }
    return used;
  }

  void complete_head() {
    with_parser([&](auto& parser) {
      head.keep_alive = parser.keep_alive();
      head.chunked = parser.chunked();
      if (parser.content_length()) head.content_length = *parser.content_length();
      head.until_close = kind == Kind::Response && !parser.is_done() && parser.need_eof();
    });
  }

  Kind kind;
  uint32_t limit;
  MessageHead head;
  std::string* body = nullptr;
  ParseFailure failure = ParseFailure::None;
  std::optional<Grammar<true>> request;
  std::optional<Grammar<false>> response;
};

MessageParser::MessageParser(Kind kind, uint32_t max_header_bytes)
    : impl_(std::make_unique<Impl>(kind, max_header_bytes)) {}
MessageParser::~MessageParser() = default;
MessageParser::MessageParser(MessageParser&&) noexcept = default;

void MessageParser::restart() {
  impl_->restart();
}

void MessageParser::expect_no_body() {
  impl_->with_parser([](auto& parser) { parser.skip(true); });
}

size_t MessageParser::read_head(std::string_view bytes) {
  if (impl_->failure != ParseFailure::None || has_head()) return 0;
  const size_t used = impl_->put(bytes, false);
  if (has_head()) impl_->complete_head();
  return used;
}

bool MessageParser::has_head() const {
  return impl_->with_parser([](auto& parser) { return parser.is_header_done(); });
}

MessageHead& MessageParser::head() {
  return impl_->head;
}

size_t MessageParser::read_body(std::string_view bytes, std::string& out) {
  if (impl_->failure != ParseFailure::None || is_done()) return 0;
  impl_->body = &out;
  return impl_->put(bytes, true);
}

bool MessageParser::read_end() {
  if (is_done()) return true;
  error_code error;
  impl_->with_parser([&](auto& parser) { parser.put_eof(error); });
  return !error && is_done();
}

bool MessageParser::is_done() const {
  return impl_->with_parser([](auto& parser) { return parser.is_done(); });
}

ParseFailure MessageParser::failure() const {
  return impl_->failure;
}

}  // namespace homeport::api::http
