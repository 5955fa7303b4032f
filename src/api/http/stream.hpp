#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <memory>

namespace boost::asio::ssl {
class context;
}

namespace homeport::api::http {

namespace asio = boost::asio;
using Socket = asio::generic::stream_protocol::socket;

/// What became of one read or write.
struct Transfer {
  boost::system::error_code error{};
  size_t bytes = 0;
};

/// A connection's bytes, in clear or under TLS. Used by one coroutine on the socket's thread; a
/// socket closed under it ends what it waits for with an error.
class Stream {
 public:
  virtual ~Stream() = default;
  /// Zero bytes with an error at the end of the stream too.
  virtual asio::awaitable<Transfer> read_some(asio::mutable_buffer buffer) = 0;
  /// Some of the bytes.
  virtual asio::awaitable<Transfer> write_some(std::array<asio::const_buffer, 2> buffers) = 0;
  /// Says goodbye as the protocol asks; the socket is closed by its owner.
  virtual asio::awaitable<void> goodbye() = 0;
  virtual bool is_secure() const = 0;
};

/// `socket` outlives the stream.
std::unique_ptr<Stream> make_plain_stream(Socket& socket);

/// The server's side of TLS, after the handshake; null with the reason in `error` if it failed.
/// `early`: bytes of the client that were read already.
asio::awaitable<std::unique_ptr<Stream>> make_tls_stream(
    Socket& socket, std::shared_ptr<asio::ssl::context> context, boost::system::error_code& error,
    std::string early = {});

}  // namespace homeport::api::http
