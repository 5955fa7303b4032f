#include "api/http/endpoint_text.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace homeport::api::http {

std::string host_of(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, &address, sizeof ipv4);
    ::inet_ntop(AF_INET, &ipv4.sin_addr, text, sizeof text);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, &address, sizeof ipv6);
    ::inet_ntop(AF_INET6, &ipv6.sin6_addr, text, sizeof text);
  }
  return text;
}

std::string local_host_of(int socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
  return host_of(address);
}

std::string unix_peer_of(int socket) {
  ucred peer{};
  socklen_t length = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return "unix";
  return "unix:" + std::to_string(peer.uid);
}

}  // namespace homeport::api::http
