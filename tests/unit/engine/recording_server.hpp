#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace homeport::testing {

/// An HTTP server that keeps what it is sent, one connection after the other, and answers
/// `status`. One that is away refuses connections, and keeps its port from everybody else.
class RecordingServer {
 public:
  enum class Begin { There, Away };

  explicit RecordingServer(Begin begin = Begin::There) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, plain, size) != 0) std::abort();
    ::getsockname(listener_, plain, &size);
    port_ = ntohs(address.sin_port);
    if (begin == Begin::There) come();
  }
  ~RecordingServer() {
    ::shutdown(listener_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    ::close(listener_);
  }

  void come() {
    if (::listen(listener_, 16) != 0) std::abort();
    thread_ = std::thread([this] { serve(); });
  }

  unsigned short port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void answer(int status) { status_ = status; }
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    while (true) {
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      take(client);
      ::close(client);
    }
  }
  void take(int client) {
    std::string text;
    char buffer[4096];
    size_t wanted = std::string::npos;
    while (text.size() < wanted) {
      const ssize_t got = ::read(client, buffer, sizeof buffer);
      if (got <= 0) return;
      text.append(buffer, static_cast<size_t>(got));
      const size_t head = text.find("\r\n\r\n");
      if (wanted != std::string::npos || head == std::string::npos) continue;
      const size_t length = text.find("Content-Length: ");
      wanted =
          head + 4 + (length < head ? std::strtoul(text.c_str() + length + 16, nullptr, 10) : 0);
    }
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(text);
    }
    const std::string answer = "HTTP/1.1 " + std::to_string(status_) +
                               " X\r\nContent-Length: 7\r\nContent-Type: text/plain\r\n\r\nrelayed";
    if (::write(client, answer.data(), answer.size()) < 0) return;
  }

  int listener_ = -1;
  unsigned short port_ = 0;
  std::atomic<int> status_{200};
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace homeport::testing
