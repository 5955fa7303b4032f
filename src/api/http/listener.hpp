#pragma once

#include <cstdint>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::api::http {

/// A socket that listens, not blocking, closed on exec.
struct Listener {
  base::FileDescriptor fd;
  std::string address;  ///< "127.0.0.1:8700" with the real port, "[::1]:8700", or "unix:/path"
  uint16_t port = 0;    ///< 0 for a unix socket
};

/// Listens on "HOST:PORT" (port 0: any) or "unix:/path" (mode 0600; a socket that nobody serves any
/// more is replaced). Unavailable where another program has the address, PermissionDenied for a
/// port that needs root, InvalidArgument for text that is no address.
base::Result<Listener> listen_on(const std::string& address);

}  // namespace homeport::api::http
