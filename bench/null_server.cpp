// Answers what a storage client sends as soon as it is there, and keeps nothing: what a client
// library itself costs.
//   null_server  ->  prints its port, serves 127.0.0.1 until it is killed
// A body is read and dropped. GET and HEAD are answered as a blob of zeros as long as the number
// behind the last '-' of its name says, in the range that is asked for; everything else with 201.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>

namespace {

constexpr const char* kCommon =
    "ETag: \"0x8D0000000000000\"\r\nLast-Modified: Fri, 01 Jan 2021 00:00:00 GMT\r\n"
    "x-ms-request-id: 00000000-0000-0000-0000-000000000000\r\nx-ms-version: 2021-12-02\r\n"
    "Date: Fri, 01 Jan 2021 00:00:00 GMT\r\nx-ms-request-server-encrypted: false\r\n";

class Connection {
 public:
  explicit Connection(int socket) : socket_(socket), block_(1U << 20, '\0') {}
  ~Connection() { ::close(socket_); }

  void serve() {
    while (read_head() && drop_body() && answer()) head_.clear();
  }

 private:
  bool read_head() {
    size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      std::array<char, 65536> buffer;
      const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (got <= 0) return false;
      received_.append(buffer.data(), static_cast<size_t>(got));
    }
    head_ = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    return true;
  }

  // The value of a field, "" where there is none.
  std::string_view field(std::string_view name) const {
    for (size_t at = head_.find("\r\n"); at != std::string::npos && at + 2 < head_.size();
         at = head_.find("\r\n", at + 2)) {
      const std::string_view line = std::string_view(head_).substr(at + 2);
      if (line.size() > name.size() && line[name.size()] == ':' &&
          ::strncasecmp(line.data(), name.data(), name.size()) == 0) {
        const std::string_view value =
            line.substr(name.size() + 1, line.find("\r\n") - name.size() - 1);
        return value.substr(std::min(value.size(), value.find_first_not_of(' ')));
      }
    }
    return {};
  }

  bool drop_body() {
    if (!field("Expect").empty() && !send_all("HTTP/1.1 100 Continue\r\n\r\n")) return false;
    size_t left = std::strtoull(std::string(field("Content-Length")).c_str(), nullptr, 10);
    const size_t early = std::min(left, received_.size());
    received_.erase(0, early);
    left -= early;
    while (left > 0) {
      const ssize_t got = ::recv(socket_, block_.data(), std::min(left, block_.size()), 0);
      if (got <= 0) return false;
      left -= static_cast<size_t>(got);
    }
    return true;
  }

  bool answer() {
    const bool head_only = head_.starts_with("HEAD ");
    if (!head_only && !head_.starts_with("GET ")) {
      return send_all(std::string("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n") + kCommon +
                      "\r\n");
    }
    const std::string path = head_.substr(0, head_.find_first_of("?\r", head_.find('/')));
    const size_t size = std::strtoull(path.c_str() + path.rfind('-') + 1, nullptr, 10);
    size_t begin = 0, end = size;
    std::string range(field("x-ms-range"));
    if (range.empty()) range = field("Range");
    if (!range.empty()) {
      unsigned long long first = 0, last = size - 1;
      std::sscanf(range.c_str(), "bytes=%llu-%llu", &first, &last);
      begin = std::min<size_t>(first, size);
      end = std::min<size_t>(last + 1, size);
    }
    std::string text = range.empty() ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 206 Partial Content\r\n";
    text += "Content-Length: " + std::to_string(end - begin) + "\r\n";
    if (!range.empty()) {
      text += "Content-Range: bytes " + std::to_string(begin) + "-" + std::to_string(end - 1) +
              "/" + std::to_string(size) + "\r\n";
    }
    text += "Content-Type: application/octet-stream\r\nx-ms-blob-type: BlockBlob\r\n";
    text +=
        "Accept-Ranges: bytes\r\nx-ms-lease-state: available\r\nx-ms-lease-status: unlocked\r\n";
    text = text + kCommon + "\r\n";
    if (head_only) return send_all(text);
    return send_zeros(std::move(text), end - begin);
  }

  // The head goes with the first bytes, as one packet where it is small.
  bool send_zeros(std::string text, size_t count) {
    const size_t first = std::min<size_t>(count, 64U << 10);
    text.append(first, '\0');
    if (!send_all(text)) return false;
    std::fill(block_.begin(), block_.end(), '\0');
    for (count -= first; count > 0;) {
      const size_t part = std::min(count, block_.size());
      if (!send_all(std::string_view(block_).substr(0, part))) return false;
      count -= part;
    }
    return true;
  }

  bool send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  int socket_;
  std::string block_;
  std::string received_;
  std::string head_;
};

}  // namespace

int main() {
  std::signal(SIGPIPE, SIG_IGN);
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 1024) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    std::perror("null_server");
    return 1;
  }
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  while (true) {
    const int socket = ::accept(listener, nullptr, nullptr);
    if (socket < 0) continue;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::thread([socket] { Connection(socket).serve(); }).detach();
  }
}
