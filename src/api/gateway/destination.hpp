#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace homeport::api::gateway {

/// Where a client wants to go.
struct Destination {
  std::string host;  ///< in lower case, without brackets and final dot
  uint16_t port = 0;

  /// "host:port", with brackets where the host is an address of IPv6.
  std::string text() const;
  bool operator==(const Destination&) const = default;
};

/// The target of a CONNECT, "host:port". InvalidArgument for anything else: a missing port, a name
/// that cannot be one.
base::Result<Destination> parse_destination(std::string_view authority);

/// "localhost", 127.0.0.0/8 and ::1, as text: what never leaves this machine.
bool is_loopback_name(std::string_view host);

}  // namespace homeport::api::gateway
