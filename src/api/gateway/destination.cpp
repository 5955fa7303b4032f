#include "api/gateway/destination.hpp"

#include <arpa/inet.h>

#include "base/text.hpp"

namespace homeport::api::gateway {
namespace {

constexpr size_t kLongestName = 253;

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= kLongestName && host.front() != '.' &&
         host.find("..") == std::string_view::npos &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") ==
             std::string_view::npos;
}

bool is_ipv6(const std::string& host) {
  in6_addr ignored{};
  return ::inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

}  // namespace

std::string Destination::text() const {
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return shown + ":" + std::to_string(port);
}

base::Result<Destination> parse_destination(std::string_view authority) {
  const base::Error wrong = base::invalid_argument(
      "authority", "CONNECT takes HOST:PORT, not \"" + std::string(authority) + "\"");
  const size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  const auto port = base::parse_integer(authority.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) return wrong;
  Destination destination{base::to_lower(authority.substr(0, colon)), static_cast<uint16_t>(*port)};
  std::string& host = destination.host;
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (!is_ipv6(host)) return wrong;
    return destination;
  }
  if (host.ends_with('.')) host.pop_back();
  if (!is_host_name(host)) return wrong;
  return destination;
}

bool is_loopback_name(std::string_view host) {
  in_addr ipv4{};
  const std::string text(host);
  if (::inet_pton(AF_INET, text.c_str(), &ipv4) == 1) return (ntohl(ipv4.s_addr) >> 24) == 127;
  in6_addr ipv6{};
  if (::inet_pton(AF_INET6, text.c_str(), &ipv6) == 1) return IN6_IS_ADDR_LOOPBACK(&ipv6);
  return base::equals_ignoring_case(host, "localhost") ||
         base::to_lower(host).ends_with(".localhost");
}

}  // namespace homeport::api::gateway
