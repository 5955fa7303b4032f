#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace homeport::api::gateway {

/// Which addresses the gateway may reach for others: those of the internet, and the networks that
/// the server's owner named. Immutable; any thread.
class AddressRules {
 public:
  AddressRules() = default;
  /// Networks as "10.1.0.0/16", "fd00::/8", or one address. InvalidArgument naming the bad one.
  static base::Result<AddressRules> parse(const std::vector<std::string>& allowed);

  bool allows(const boost::asio::ip::address& address) const;
  /// Whether it is in one of the networks named.
  bool lists(const boost::asio::ip::address& address) const;

 private:
  struct Network {
    boost::asio::ip::address address;
    unsigned bits = 0;
    bool contains(const boost::asio::ip::address& other) const;
  };
  static bool parse_network(const std::string& text, Network& network);
  std::vector<Network> allowed_;
};

/// Whether it is of the internet at large: not loopback, link-local, private (RFC 1918, RFC 4193,
/// RFC 6598), unspecified, multicast or reserved; an IPv4 address inside an IPv6 one counts as
/// itself.
bool is_public(const boost::asio::ip::address& address);

}  // namespace homeport::api::gateway
