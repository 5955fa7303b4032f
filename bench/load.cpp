// Sends one HTTP request many times over many connections, and says how long that took. Quick
// enough not to be what is measured: one thread, one epoll, no parsing but of the status line and
// Content-Length.
//   load HOST PORT CONNECTIONS COUNT REQUEST_FILE  ->  {"per_second": ..., "p50_ms": ..., "p99_ms":
//   ..., "errors": ...}
// Every "{N}" of the file becomes a number of the request's own, of eight digits, so that the
// length stays what it is.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
  int socket = -1;
  std::string received;
  Clock::time_point sent;
};

struct Tally {
  int sent = 0, answered = 0, errors = 0;
  std::vector<double> milliseconds;
};

std::string numbered(const std::string& request, int number) {
  std::array<char, 9> digits{};
  std::snprintf(digits.data(), digits.size(), "%08d", number);
  std::string text = request;
  for (size_t at = text.find("{N}"); at != std::string::npos; at = text.find("{N}", at)) {
    text.replace(at, 3, digits.data());
  }
  return text;
}

void send_next(Connection& connection, const std::string& request, Tally& tally, int count) {
  if (tally.sent == count) return;
  const std::string text = numbered(request, tally.sent++);
  connection.sent = Clock::now();
  if (send(connection.socket, text.data(), text.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(text.size())) {
    ++tally.errors;
  }
}

// Takes one whole answer off what was received; false while it is not all there.
bool take_answer(std::string& received, int& status) {
  const size_t head = received.find("\r\n\r\n");
  if (head == std::string::npos) return false;
  const char* field = strcasestr(received.c_str(), "\r\nContent-Length: ");
  const size_t length = field != nullptr && field < received.c_str() + head
                            ? std::strtoul(field + 18, nullptr, 10)
                            : 0;
  if (received.size() < head + 4 + length) return false;
  status = std::atoi(received.c_str() + 9);
  if (status >= 300 && std::getenv("LOAD_SHOW") != nullptr) std::fputs(received.c_str(), stderr);
  received.erase(0, head + 4 + length);
  return true;
}

int connect_to(const char* host, int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, host, &address.sin_addr);
  if (connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

bool receive(Connection& connection, const std::string& request, Tally& tally, int count) {
  std::array<char, 65536> buffer;
  const ssize_t size = recv(connection.socket, buffer.data(), buffer.size(), 0);
  if (size <= 0) return false;
  connection.received.append(buffer.data(), static_cast<size_t>(size));
  int status = 0;
  while (take_answer(connection.received, status)) {
    ++tally.answered;
    if (status < 200 || status > 299) ++tally.errors;
    tally.milliseconds.push_back(
        std::chrono::duration<double, std::milli>(Clock::now() - connection.sent).count());
    send_next(connection, request, tally, count);
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  const int count = std::atoi(argv[4]);
  std::ostringstream text;
  text << std::ifstream(argv[5], std::ios::binary).rdbuf();
  const std::string request = text.str();

  const int poll = epoll_create1(0);
  std::vector<Connection> connections(static_cast<size_t>(std::atoi(argv[3])));
  for (Connection& connection : connections) {
    connection.socket = connect_to(argv[1], std::atoi(argv[2]));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &connection;
    epoll_ctl(poll, EPOLL_CTL_ADD, connection.socket, &event);
  }

  Tally tally;
  const auto began = Clock::now();
  for (Connection& connection : connections) send_next(connection, request, tally, count);
  std::array<epoll_event, 64> events;
  while (tally.answered < count) {
    const int ready = epoll_wait(poll, events.data(), events.size(), 30000);
    if (ready <= 0) break;
    for (int i = 0; i < ready; ++i) {
      auto& connection = *static_cast<Connection*>(events[static_cast<size_t>(i)].data.ptr);
      if (!receive(connection, request, tally, count)) {
        std::fputs("load: the server closed a connection\n", stderr);
        return 1;
      }
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  std::sort(tally.milliseconds.begin(), tally.milliseconds.end());
  const auto at = [&](double part) {
    return tally.milliseconds.empty()
               ? 0.0
               : tally.milliseconds[static_cast<size_t>(
                     part * static_cast<double>(tally.milliseconds.size() - 1))];
  };
  std::printf(R"({"per_second": %.1f, "p50_ms": %.3f, "p99_ms": %.3f, "errors": %d})"
              "\n",
              tally.answered / seconds, at(0.5), at(0.99), tally.errors + (count - tally.answered));
  return 0;
}
