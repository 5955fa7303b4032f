#include "api/http/request_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/http/pool_await.hpp"
#include "api/http/response_head.hpp"
#include "api/http/status.hpp"
#include "base/text.hpp"

namespace homeport::api::http {
namespace {

constexpr size_t kFirstBuffer = 16U << 10;
constexpr size_t kSpoolBlock = 512U << 10;

Response cut_off() {
  return error_response(400, "IncompleteBody",
                        "the connection ended, or fell silent, before the end of the request");
}

Response from_error(const base::Error& error) {
  return error_response(http_status(error.code), base::to_string(error.code), error.message);
}

Response busy() {
  Response response = error_response(503, "ServerBusy", "the server is busy; try again");
  response.headers.add("Retry-After", "1");
  return response;
}

}  // namespace

RequestReader::RequestReader(Service& service, Stream& stream, Deadline& deadline)
    : service_(service),
      stream_(stream),
      deadline_(deadline),
      parser_(MessageParser::Kind::Request, service.options.max_header_bytes),
      buffer_(kFirstBuffer, '\0') {}

void RequestReader::take(size_t bytes) {
  begin_ += bytes;
  if (begin_ != end_) return;
  begin_ = end_ = 0;
  // One large head must not keep its memory while the connection idles.
  if (buffer_.size() > kFirstBuffer) buffer_ = std::string(kFirstBuffer, '\0');
}

bool RequestReader::make_room() {
  if (end_ < buffer_.size()) return true;
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    end_ -= begin_;
    begin_ = 0;
    buffer_.resize(std::max(kFirstBuffer, buffer_.size() + kFirstBuffer / 4));
    return true;
  }
  if (buffer_.size() > service_.options.max_header_bytes) return false;
  buffer_.resize(buffer_.size() * 2);
  return true;
}

asio::awaitable<bool> RequestReader::read_into(char* place, size_t size, size_t& got) {
  deadline_.arm(idle_ ? service_.options.idle_timeout : service_.options.read_timeout);
  const Transfer transfer = co_await stream_.read_some(asio::mutable_buffer(place, size));
  deadline_.disarm();
  got = transfer.bytes;
  co_return !transfer.error && transfer.bytes > 0;
}

asio::awaitable<bool> RequestReader::fill() {
  size_t got = 0;
  const bool read = co_await read_into(buffer_.data() + end_, buffer_.size() - end_, got);
  end_ += got;
  co_return read;
}

asio::awaitable<RequestReader::Head> RequestReader::read_head() {
  parser_.restart();
  while (true) {
    take(parser_.read_head(unread()));
    if (parser_.failure() == ParseFailure::HeaderTooLarge) co_return Head::TooLarge;
    if (parser_.failure() != ParseFailure::None) co_return Head::Malformed;
    idle_ = false;
    if (parser_.has_head()) co_return Head::Ready;
    if (!make_room()) co_return Head::TooLarge;
    idle_ = begin_ == end_;
    const bool came = co_await fill();
    if (!came && idle_) co_return Head::Closed;
    if (!came) co_return Head::CutOff;
  }
}

RequestReader::Refusal RequestReader::too_large() const {
  return error_response(
      413, "RequestBodyTooLarge",
      fmt::format("the body is larger than this operation takes ({} bytes)", limit_));
}

asio::awaitable<RequestReader::Refusal> RequestReader::read_body(Request& request,
                                                                 const Router::Match& match) {
  const MessageHead& head = parser_.head();
  limit_ = match.options != nullptr ? match.options->max_body_bytes
                                    : service_.options.unrouted_body_bytes;
  total_ = 0;
  pending_.clear();
  spool_.reset();
  const uint64_t size = head.content_length.value_or(0);
  if (!head.chunked && size == 0) co_return std::nullopt;
  if (size > limit_) co_return too_large();
  if (size > service_.options.memory_body_bytes) {
    Refusal refusal = co_await open_spool(request, match);
    if (refusal) co_return refusal;
  }
  const bool invited = co_await invite_body(request);
  if (!invited) co_return cut_off();
  Refusal refusal;
  if (head.chunked) {
    refusal = co_await read_chunks(request, match);
  } else {
    refusal = co_await read_sized(size);
  }
  if (refusal) co_return refusal;
  co_return co_await deliver(request);
}

/// Tells a client that waits for it ("Expect: 100-continue") to send the body.
asio::awaitable<bool> RequestReader::invite_body(const Request& request) {
  if (begin_ != end_ || parser_.head().version < 11 ||
      !base::equals_ignoring_case(request.headers.get("Expect"), "100-continue")) {
    co_return true;
  }
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  deadline_.arm(service_.options.write_timeout);
  std::string_view left = kContinue;
  while (!left.empty()) {
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(left.data(), left.size())};
    const Transfer transfer = co_await stream_.write_some(buffers);
    if (transfer.error) co_return false;
    left.remove_prefix(transfer.bytes);
  }
  deadline_.disarm();
  co_return true;
}

/// The bytes of a body by length come as they are: straight into place, in steps, so that memory
/// is used only for what has really come.
asio::awaitable<RequestReader::Refusal> RequestReader::read_sized(uint64_t size) {
  while (total_ < size) {
    const size_t before = pending_.size();
    const auto left = static_cast<size_t>(std::min<uint64_t>(size - total_, kSpoolBlock));
    size_t got = std::min(left, end_ - begin_);
    if (got > 0) {
      pending_.append(unread().substr(0, got));
      take(got);
    } else {
      pending_.resize(before + std::min(left, std::max(kFirstBuffer, before)));
      const bool read = co_await read_into(pending_.data() + before, pending_.size() - before, got);
      pending_.resize(before + got);
      if (!read) co_return cut_off();
    }
    total_ += got;
    if (spool_ && pending_.size() >= kSpoolBlock) {
      Refusal refusal = co_await flush_to_spool();
      if (refusal) co_return refusal;
    }
  }
  co_return std::nullopt;
}

asio::awaitable<RequestReader::Refusal> RequestReader::read_chunks(Request& request,
                                                                   const Router::Match& match) {
  while (true) {
    const size_t before = pending_.size();
    take(parser_.read_body(unread(), pending_));
    total_ += pending_.size() - before;
    if (parser_.failure() != ParseFailure::None) {
      co_return error_response(400, "MalformedBody", "the chunks of the body cannot be read");
    }
    if (total_ > limit_) co_return too_large();
    if (parser_.is_done()) co_return std::nullopt;
    if (!spool_ && pending_.size() > service_.options.memory_body_bytes) {
      Refusal refusal = co_await open_spool(request, match);
      if (refusal) co_return refusal;
    }
    if (spool_ && pending_.size() >= kSpoolBlock) {
      Refusal refusal = co_await flush_to_spool();
      if (refusal) co_return refusal;
    }
    if (!make_room()) {
      co_return error_response(400, "MalformedBody", "a chunk's header is too large");
    }
    const bool came = co_await fill();
    if (!came) co_return cut_off();
  }
}

/// Opens the file for a body that memory does not take, if the request may send one at all.
asio::awaitable<RequestReader::Refusal> RequestReader::open_spool(Request& request,
                                                                  const Router::Match& match) {
  Refusal refusal;
  if (service_.admission) {
    auto admit = [&] {
      try {
        refusal = service_.admission(request, match);
      } catch (const std::exception&) {
        refusal = error_response(500, "InternalServerError", "the server failed on this request");
      }
    };
    const bool ran = co_await run_on(service_.workers, admit);
    if (!ran) co_return busy();
    if (refusal) co_return refusal;
  }
  auto open = [&] {
    base::Result<SpoolFile> file = SpoolFile::create(service_.options.spool_directory);
    if (file.has_value()) {
      spool_.emplace(std::move(file).value());
    } else {
      refusal = from_error(file.error());
    }
  };
  const bool ran = co_await run_on(service_.files, open);
  if (!ran) co_return busy();
  co_return refusal;
}

asio::awaitable<RequestReader::Refusal> RequestReader::flush_to_spool() {
  Refusal refusal;
  auto flush = [&] {
    const base::Result<void> written = spool_->append(pending_);
    if (written.has_error()) refusal = from_error(written.error());
  };
  const bool ran = co_await run_on(service_.files, flush);
  if (!ran) co_return busy();
  pending_.clear();
  co_return refusal;
}

asio::awaitable<RequestReader::Refusal> RequestReader::deliver(Request& request) {
  request.body.size = total_;
  if (!spool_) {
    request.body.text = std::move(pending_);
    pending_ = {};
    co_return std::nullopt;
  }
  Refusal refusal = co_await flush_to_spool();
  pending_ = {};
  if (refusal) co_return refusal;
  auto file = spool_->finish();
  if (file.has_error()) co_return from_error(file.error());
  request.body.file = std::move(file).value();
  co_return std::nullopt;
}

}  // namespace homeport::api::http
