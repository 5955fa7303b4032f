#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "base/error.hpp"

namespace homeport::engine {

/// One unix-socket connection that carries messages: 4 bytes of length, big-endian, then the text.
/// Lives as long as work is under way on it; handlers are called on the socket's executor, none
/// after close().
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;
  static constexpr size_t kLargestMessage = 64 << 20;

  explicit Connection(Socket socket) : socket_(std::move(socket)) {}

  /// Reads until the end: `on_message` for each, then `on_end` once with the cause.
  void start(std::function<void(std::string)> on_message, std::function<void(base::Error)> on_end);
  /// Other handlers from here on; the messages not yet taken are theirs.
  void restart(std::function<void(std::string)> on_message,
               std::function<void(base::Error)> on_end);
  /// Queued, in order. Dropped if the connection has ended.
  void send(std::string text);
  /// Ends it without a word to the handlers.
  void close();
  Socket& socket() { return socket_; }

 private:
  void read_some();
  bool take_messages();
  void write_next();
  void end(base::Error cause);

  Socket socket_;
  std::function<void(std::string)> on_message_;
  std::function<void(std::string)> next_on_message_;
  std::function<void(base::Error)> on_end_;
  std::string received_;
  std::string chunk_;
  std::string waiting_;  ///< frames not handed to the kernel yet
  std::string writing_;
  bool ended_ = false;
};

}  // namespace homeport::engine
