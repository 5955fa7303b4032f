#include "api/http/listener.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/text.hpp"

namespace homeport::api::http {
namespace {

constexpr int kBacklog = 4096;

base::Error bind_error(const std::string& address) {
  const int number = errno;
  if (number == EADDRINUSE) {
    return base::Error{
        base::ErrorCode::Unavailable,
        "cannot listen on " + address +
            ": the address is in use by another program. Stop that one, or give another with "
            "--listen HOST:PORT (port 0 takes any free one)",
        "listen",
        "AddressInUse",
        {}};
  }
  return base::system_error("cannot listen on " + address, number);
}

base::FileDescriptor new_socket(int family) {
  return base::FileDescriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

struct AddressInfoDeleter {
  void operator()(addrinfo* info) const { ::freeaddrinfo(info); }
};
using AddressInfo = std::unique_ptr<addrinfo, AddressInfoDeleter>;

base::Result<AddressInfo> resolve(const std::string& address) {
  const size_t colon = address.rfind(':');
  const auto port =
      colon == std::string::npos ? std::nullopt : base::parse_integer(address.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) {
    return base::invalid_argument("listen", "\"" + address + "\" is not HOST:PORT");
  }
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(host.empty() ? nullptr : host.c_str(),
                                   std::to_string(*port).c_str(), &hints, &found);
  if (failed != 0) {
    return base::invalid_argument(
        "listen", "cannot resolve \"" + host + "\" of " + address + ": " + ::gai_strerror(failed));
  }
  return AddressInfo(found);
}

base::Result<Listener> listen_on_internet(const std::string& address) {
  HP_TRY(const AddressInfo info, resolve(address));
  Listener listener{new_socket(info->ai_family), {}, 0};
  if (!listener.fd.valid()) return base::system_error("cannot open a socket", errno);
  const int on = 1;
  ::setsockopt(listener.fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener.fd.get(), info->ai_addr, info->ai_addrlen) != 0 ||
      ::listen(listener.fd.get(), kBacklog) != 0) {
    return bind_error(address);
  }
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  auto* generic = reinterpret_cast<sockaddr*>(&bound);
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (::getsockname(listener.fd.get(), generic, &length) != 0 ||
      ::getnameinfo(generic, length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return base::system_error("cannot learn the address of " + address, errno);
  }
  const std::string shown = bound.ss_family == AF_INET6 ? "[" + std::string(host) + "]" : host;
  listener.address = shown + ":" + port;
  listener.port = static_cast<uint16_t>(base::parse_integer(port).value_or(0));
  return listener;
}

bool is_served(const sockaddr_un& address) {
  const base::FileDescriptor probe = new_socket(AF_UNIX);
  return probe.valid() &&
         ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

base::Result<Listener> listen_on_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return base::invalid_argument("listen",
                                  "the path of a unix socket has 1 to 107 bytes: " + path);
  }
  std::memcpy(address.sun_path, path.c_str(), path.size());
  Listener listener{new_socket(AF_UNIX), "unix:" + path, 0};
  if (!listener.fd.valid()) return base::system_error("cannot open a socket", errno);
  // What a killed server left behind is in nobody's way.
  if (!is_served(address)) ::unlink(path.c_str());
  // Connecting needs the right to write: no one else may before chmod has run, so it comes before
  // listen.
  if (::bind(listener.fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), 0600) != 0 || ::listen(listener.fd.get(), kBacklog) != 0) {
    return bind_error(listener.address);
  }
  return listener;
}

}  // namespace

base::Result<Listener> listen_on(const std::string& address) {
  if (address.starts_with("unix:")) return listen_on_unix(address.substr(5));
  return listen_on_internet(address);
}

}  // namespace homeport::api::http
