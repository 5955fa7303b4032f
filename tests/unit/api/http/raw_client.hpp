#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "api/http/parser.hpp"
#include "base/file.hpp"

namespace homeport::testing {

struct RawResponse {
  int status = 0;  ///< 0: the connection ended before a response
  api::http::Headers headers;
  std::string body;
};

/// A connection that sends what a test says, however wrong, and reads what comes back. Reads give
/// up after ten seconds.
class RawClient {
 public:
  explicit RawClient(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    connected_ =
        ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  bool connected() const { return connected_; }

  /// False once the server has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  void finish_sending() { ::shutdown(fd_.get(), SHUT_WR); }

  /// The next response; `to_head`: of a HEAD request.
  RawResponse read(bool to_head = false) {
    api::http::MessageParser parser(api::http::MessageParser::Kind::Response, 65536);
    if (to_head) parser.expect_no_body();
    RawResponse response;
    while (true) {
      while (!buffer_.empty() && !parser.is_done()) {
        const size_t used = parser.has_head() ? parser.read_body(buffer_, response.body)
                                              : parser.read_head(buffer_);
        if (used == 0) break;
        buffer_.erase(0, used);
      }
      // An interim response (100) has no body and is no end.
      if (parser.has_head() && parser.is_done()) break;
      if (!receive()) {
        if (!parser.has_head() || !parser.read_end()) return {};
        break;
      }
    }
    response.status = parser.head().status;
    response.headers = parser.head().headers;
    return response;
  }

  /// Whether the server has closed its side, with nothing more to read.
  bool at_end() { return buffer_.empty() && !receive(); }

  /// So many bytes, or fewer where the connection ends.
  std::string receive_exactly(size_t size) {
    while (buffer_.size() < size && receive()) {
    }
    std::string text = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return text;
  }
  /// For a test that goes on with the socket itself; nothing that was received may be left.
  int socket() const { return fd_.get(); }

  /// Everything until the server closes.
  std::string read_all() {
    while (receive()) {
    }
    return std::exchange(buffer_, {});
  }

 private:
  bool receive() {
    char bytes[65536];
    const ssize_t got = ::recv(fd_.get(), bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    buffer_.append(bytes, static_cast<size_t>(got));
    return true;
  }

  base::FileDescriptor fd_;
  bool connected_ = false;
  std::string buffer_;
};

inline RawResponse exchange(uint16_t port, std::string_view request, bool to_head = false) {
  RawClient client(port);
  client.send(request);
  return client.read(to_head);
}

}  // namespace homeport::testing
