#include "api/http/client_transport.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "api/http/client_tls.hpp"
#include "base/text.hpp"

namespace homeport::api::http {
namespace {

base::Error unavailable(const char* reason, std::string message) {
  return base::Error{base::ErrorCode::Unavailable, std::move(message), {}, reason, {}};
}

struct AddressInfoDeleter {
  void operator()(addrinfo* info) const { ::freeaddrinfo(info); }
};

/// Connects within `timeout`; 0 or an errno.
int connect_within(int fd, const sockaddr* address, socklen_t length,
                   std::chrono::milliseconds timeout) {
  if (::connect(fd, address, length) == 0) return 0;
  if (errno != EINPROGRESS && errno != EINTR) return errno;
  pollfd waiting{fd, POLLOUT, 0};
  const int ready = ::poll(&waiting, 1, static_cast<int>(timeout.count()));
  if (ready <= 0) return ready == 0 ? ETIMEDOUT : errno;
  int result = 0;
  socklen_t size = sizeof result;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &result, &size);
  return result;
}

/// From here on calls block, but not for ever.
void make_blocking(int fd, std::chrono::milliseconds timeout) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
  const timeval patience{timeout.count() / 1000, (timeout.count() % 1000) * 1000};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

base::Error connect_error(const std::string& where, int number) {
  if (number == ETIMEDOUT) {
    return base::Error{base::ErrorCode::DeadlineExceeded, where + " does not answer", {}, {}, {}};
  }
  return unavailable(
      number == ECONNREFUSED || number == ENOENT ? "ConnectionRefused" : "ConnectionLost",
      "cannot reach " + where + ": " + std::strerror(number));
}

base::FileDescriptor new_socket(int family) {
  return base::FileDescriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

base::Result<base::FileDescriptor> connect_to_unix(const std::string& path,
                                                   std::chrono::milliseconds timeout) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return base::invalid_argument("unix_socket", "the path is too long: " + path);
  }
  std::memcpy(address.sun_path, path.c_str(), path.size());
  base::FileDescriptor fd = new_socket(AF_UNIX);
  const int failure =
      connect_within(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address, timeout);
  if (failure != 0) return connect_error(path, failure);
  return fd;
}

base::Result<base::FileDescriptor> connect_to_host(const Url& url,
                                                   std::chrono::milliseconds timeout) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &found);
  if (failed != 0) {
    return unavailable("HostNotFound",
                       "cannot find the host " + url.host + ": " + ::gai_strerror(failed));
  }
  const std::unique_ptr<addrinfo, AddressInfoDeleter> addresses(found);
  int failure = ECONNREFUSED;
  for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
    base::FileDescriptor fd = new_socket(one->ai_family);
    if (!fd.valid()) return base::system_error("cannot open a socket", errno);
    failure = connect_within(fd.get(), one->ai_addr, one->ai_addrlen, timeout);
    if (failure == 0) return fd;
  }
  return connect_error(url.authority, failure);
}

}  // namespace

base::Result<Url> parse_url(std::string_view text) {
  Url url;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    url.is_secure = true;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return base::invalid_argument("url", "\"" + std::string(text) + "\" is no http or https URL");
  }
  const size_t path = std::min(rest.find_first_of("/?#"), rest.size());
  url.authority = rest.substr(0, path);
  url.target = rest.substr(path, rest.find('#') - path);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  std::string_view host = url.authority;
  host.remove_prefix(host.rfind('@') == host.npos ? 0 : host.rfind('@') + 1);
  const size_t colon = host.rfind(':');
  const bool has_port = colon != host.npos && host.find(']', colon) == host.npos;
  url.port = has_port ? std::string(host.substr(colon + 1)) : url.is_secure ? "443" : "80";
  if (has_port) host = host.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  url.host = host;
  const auto port = base::parse_integer(url.port);
  if (url.host.empty() || !port || *port < 1 || *port > 65535 ||
      text.find_first_of(std::string_view("\r\n\0 ", 4)) != text.npos) {
    return base::invalid_argument("url", "\"" + std::string(text) + "\" is no usable URL");
  }
  return url;
}

Transport::Transport(base::FileDescriptor fd) : fd_(std::move(fd)) {}
Transport::~Transport() = default;

base::Result<std::unique_ptr<Transport>> Transport::connect(const Url& url,
                                                            const ClientOptions& options) {
  base::FileDescriptor fd;
  if (options.unix_socket.empty()) {
    HP_TRY(fd, connect_to_host(url, options.connect_timeout));
  } else {
    HP_TRY(fd, connect_to_unix(options.unix_socket, options.connect_timeout));
  }
  make_blocking(fd.get(), options.silence_timeout);
  std::unique_ptr<Transport> transport(new Transport(std::move(fd)));
  if (url.is_secure) {
    HP_TRY(transport->tls_,
           ClientTls::greet(transport->fd_.get(), url.host, options.ca_certificates));
  }
  return transport;
}

base::Error Transport::failed(const char* what, int number) const {
  if (number == EAGAIN || number == EWOULDBLOCK) {
    return base::Error{base::ErrorCode::DeadlineExceeded,
                       std::string("the server is silent: ") + what + " took too long",
                       {},
                       {},
                       {}};
  }
  return unavailable("ConnectionLost", std::string("the connection to the server was lost in ") +
                                           what + ": " + std::strerror(number));
}

base::Result<void> Transport::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent =
        tls_ ? tls_->write(bytes) : ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return failed("sending", sent < 0 ? errno : ECONNRESET);
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return base::success();
}

base::Result<size_t> Transport::read(char* place, size_t size) {
  while (true) {
    const ssize_t got = tls_ ? tls_->read(place, size) : ::recv(fd_.get(), place, size, 0);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return failed("receiving", errno);
  }
}

bool Transport::is_stale() const {
  pollfd waiting{fd_.get(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) != 0;
}

}  // namespace homeport::api::http
