#include "api/http/stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace homeport::api::http {
namespace {

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);

class PlainStream final : public Stream {
 public:
  explicit PlainStream(Socket& socket) : socket_(socket) {}

  asio::awaitable<Transfer> read_some(asio::mutable_buffer buffer) override {
    const auto [error, bytes] = co_await socket_.async_read_some(buffer, kAwaitTuple);
    co_return Transfer{error, bytes};
  }
  asio::awaitable<Transfer> write_some(std::array<asio::const_buffer, 2> buffers) override {
    const auto [error, bytes] = co_await socket_.async_write_some(buffers, kAwaitTuple);
    co_return Transfer{error, bytes};
  }
  asio::awaitable<void> goodbye() override { co_return; }
  bool is_secure() const override { return false; }

 private:
  Socket& socket_;
};

class TlsStream final : public Stream {
 public:
  TlsStream(Socket& socket, std::shared_ptr<asio::ssl::context> context)
      : context_(std::move(context)), stream_(socket, *context_) {}

  asio::awaitable<boost::system::error_code> handshake(const std::string& early) {
    const auto [error, used] = co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                                                asio::buffer(early), kAwaitTuple);
    co_return error;
  }
  asio::awaitable<Transfer> read_some(asio::mutable_buffer buffer) override {
    const auto [error, bytes] = co_await stream_.async_read_some(buffer, kAwaitTuple);
    co_return Transfer{error, bytes};
  }
  asio::awaitable<Transfer> write_some(std::array<asio::const_buffer, 2> buffers) override {
    const auto [error, bytes] = co_await stream_.async_write_some(buffers, kAwaitTuple);
    co_return Transfer{error, bytes};
  }
  asio::awaitable<void> goodbye() override { co_await stream_.async_shutdown(kAwaitTuple); }
  bool is_secure() const override { return true; }

 private:
  std::shared_ptr<asio::ssl::context> context_;
  asio::ssl::stream<Socket&> stream_;
};

}  // namespace

std::unique_ptr<Stream> make_plain_stream(Socket& socket) {
  return std::make_unique<PlainStream>(socket);
}

asio::awaitable<std::unique_ptr<Stream>> make_tls_stream(
    Socket& socket, std::shared_ptr<asio::ssl::context> context, boost::system::error_code& error,
    std::string early) {
  auto stream = std::make_unique<TlsStream>(socket, std::move(context));
  error = co_await stream->handshake(early);
  if (error) co_return nullptr;
  co_return std::unique_ptr<Stream>(std::move(stream));
}

}  // namespace homeport::api::http
