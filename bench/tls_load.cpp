// Sends one HTTPS request many times over a few kept-alive connections: straight to a server that
// speaks TLS, or to the same server as a proxy, after a CONNECT. Blocking, one thread a connection.
//   tls_load HOST PORT NAME CA_FILE CONNECTIONS SECONDS direct|connect REQUEST_FILE
//     ->  {"per_second": ..., "errors": ...}
// NAME is what the certificate must be for and, with connect, what the proxy is asked for.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Plan {
  std::string host, port, name, ca_file, request;
  bool through_proxy = false;
  Clock::time_point end;
};

int connect_to(const Plan& plan) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(plan.port.c_str())));
  inet_pton(AF_INET, plan.host.c_str(), &address.sin_addr);
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return -1;
  if (!plan.through_proxy) return fd;
  const std::string ask =
      "CONNECT " + plan.name + ":443 HTTP/1.1\r\nHost: " + plan.name + "\r\n\r\n";
  if (send(fd, ask.data(), ask.size(), 0) < 0) return -1;
  std::string head;
  char byte = 0;
  while (!head.ends_with("\r\n\r\n") && recv(fd, &byte, 1, 0) == 1) head += byte;
  return head.starts_with("HTTP/1.1 200 ") ? fd : -1;
}

SSL* greet(SSL_CTX* context, int fd, const std::string& name) {
  SSL* ssl = SSL_new(context);
  SSL_set_fd(ssl, fd);
  SSL_set_tlsext_host_name(ssl, name.c_str());
  SSL_set1_host(ssl, name.c_str());
  return SSL_connect(ssl) == 1 ? ssl : nullptr;
}

/// One request and its whole answer, by its Content-Length.
bool exchange(SSL* ssl, const std::string& request) {
  if (SSL_write(ssl, request.data(), static_cast<int>(request.size())) <= 0) return false;
  std::string got;
  char block[16384];
  for (size_t whole = 0;;) {
    const int size = SSL_read(ssl, block, sizeof block);
    if (size <= 0) return false;
    got.append(block, static_cast<size_t>(size));
    const size_t head = got.find("\r\n\r\n");
    if (whole == 0 && head != std::string::npos) {
      const size_t length = got.find("Content-Length: ");
      if (!got.starts_with("HTTP/1.1 200 ") || length > head) return false;
      whole = head + 4 + static_cast<size_t>(std::atol(got.c_str() + length + 16));
    }
    if (whole != 0 && got.size() >= whole) return true;
  }
}

void work(const Plan& plan, std::atomic<long>& answered, std::atomic<long>& errors) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_load_verify_locations(context, plan.ca_file.c_str(), nullptr);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  const int fd = connect_to(plan);
  SSL* ssl = fd < 0 ? nullptr : greet(context, fd, plan.name);
  if (ssl == nullptr) ++errors;
  while (ssl != nullptr && Clock::now() < plan.end) {
    if (!exchange(ssl, plan.request)) {
      ++errors;
      break;
    }
    ++answered;
  }
  SSL_free(ssl);
  if (fd >= 0) close(fd);
  SSL_CTX_free(context);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 9) return 2;
  std::stringstream request;
  request << std::ifstream(argv[8]).rdbuf();
  const double seconds = std::atof(argv[6]);
  const auto began = Clock::now();
  const Plan plan{argv[1],
                  argv[2],
                  argv[3],
                  argv[4],
                  request.str(),
                  std::strcmp(argv[7], "connect") == 0,
                  began + std::chrono::milliseconds(static_cast<long>(seconds * 1000))};
  std::atomic<long> answered = 0;
  std::atomic<long> errors = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < std::atoi(argv[5]); ++i) {
    threads.emplace_back([&] { work(plan, answered, errors); });
  }
  for (std::thread& thread : threads) thread.join();
  const std::chrono::duration<double> took = Clock::now() - began;
  std::printf("{\"per_second\": %.1f, \"errors\": %ld}\n",
              static_cast<double>(answered) / took.count(), errors.load());
}
