#pragma once

#include <sys/socket.h>

#include <string>

namespace homeport::api::http {

/// "127.0.0.1", "::1", or "" for what has no such address.
std::string host_of(const sockaddr_storage& address);
/// The same for our end of a connected socket.
std::string local_host_of(int socket);
/// The peer of a socket of the unix domain: "unix:1000", with its user's id.
std::string unix_peer_of(int socket);

}  // namespace homeport::api::http
