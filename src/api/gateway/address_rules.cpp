#include "api/gateway/address_rules.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace homeport::api::gateway {
namespace {

namespace ip = boost::asio::ip;

struct Range4 {
  uint32_t first;
  unsigned bits;
};
/// IANA's registry of special-purpose addresses, and what is not of one host. Those for
/// documentation are left out: they are nobody's neighbours, and stand for the internet in
/// laboratories. https://www.iana.org/assignments/iana-ipv4-special-registry
constexpr std::array<Range4, 12> kNotPublic4{{
    {0x00000000, 8},   // "this" network
    {0x0a000000, 8},   // private
    {0x64400000, 10},  // shared by carriers
    {0x7f000000, 8},   // loopback
    {0xa9fe0000, 16},  // link-local, and the metadata service of clouds
    {0xac100000, 12},  // private
    {0xc0000000, 24},  // protocol assignments
    {0xc0586300, 24},  // relays of 6to4
    {0xc0a80000, 16},  // private
    {0xc6120000, 15},  // benchmarks
    {0xe0000000, 4},   // multicast
    {0xf0000000, 4},   // reserved, broadcast
}};

bool is_public4(const ip::address_v4& address) {
  const uint32_t number = address.to_uint();
  return std::none_of(kNotPublic4.begin(), kNotPublic4.end(), [&](const Range4& range) {
    return (number ^ range.first) >> (32 - range.bits) == 0;
  });
}

/// The IPv4 address that an IPv6 one stands for: mapped, compatible, or behind NAT64 or 6to4.
bool embedded4(const ip::address_v6& address, ip::address_v4& inside) {
  const auto bytes = address.to_bytes();
  const auto at = [&](size_t first) {
    inside = ip::address_v4({bytes[first], bytes[first + 1], bytes[first + 2], bytes[first + 3]});
    return true;
  };
  const auto zero = [&](size_t from, size_t to) {
    return std::all_of(bytes.begin() + static_cast<long>(from),
                       bytes.begin() + static_cast<long>(to),
                       [](unsigned char byte) { return byte == 0; });
  };
  if (address.is_v4_mapped()) return at(12);
  if (zero(0, 12) && !address.is_loopback() && !address.is_unspecified()) return at(12);
  if (bytes[0] == 0x00 && bytes[1] == 0x64 && bytes[2] == 0xff && bytes[3] == 0x9b && zero(4, 12)) {
    return at(12);
  }
  return bytes[0] == 0x20 && bytes[1] == 0x02 && at(2);
}

bool is_public6(const ip::address_v6& address) {
  ip::address_v4 inside;
  if (embedded4(address, inside)) return is_public4(inside);
  // Protocol assignments (2001::/23), Teredo among them.
  const auto bytes = address.to_bytes();
  if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] < 0x02) return false;
  // Of the rest, what is given out for the internet is 2000::/3.
  return (bytes[0] & 0xe0) == 0x20;
}

}  // namespace

bool is_public(const ip::address& address) {
  return address.is_v4() ? is_public4(address.to_v4()) : is_public6(address.to_v6());
}

bool AddressRules::Network::contains(const ip::address& other) const {
  if (address.is_v4() != other.is_v4()) {
    return other.is_v6() && other.to_v6().is_v4_mapped() &&
           contains(ip::make_address_v4(ip::v4_mapped, other.to_v6()));
  }
  const auto matches = [this](const auto& mine, const auto& theirs) {
    for (unsigned bit = 0; bit < bits; ++bit) {
      const unsigned mask = 0x80U >> (bit % 8);
      if (((mine[bit / 8] ^ theirs[bit / 8]) & mask) != 0) return false;
    }
    return true;
  };
  return address.is_v4() ? matches(address.to_v4().to_bytes(), other.to_v4().to_bytes())
                         : matches(address.to_v6().to_bytes(), other.to_v6().to_bytes());
}

bool AddressRules::parse_network(const std::string& text, Network& network) {
  const size_t slash = text.find('/');
  boost::system::error_code error;
  network.address = ip::make_address(text.substr(0, slash), error);
  if (error) return false;
  const unsigned most = network.address.is_v4() ? 32 : 128;
  network.bits = most;
  if (slash == std::string::npos) return true;
  const auto bits = base::parse_integer(text.substr(slash + 1));
  if (!bits || *bits < 0 || *bits > static_cast<int64_t>(most)) return false;
  network.bits = static_cast<unsigned>(*bits);
  return true;
}

base::Result<AddressRules> AddressRules::parse(const std::vector<std::string>& allowed) {
  AddressRules rules;
  for (const std::string& text : allowed) {
    Network network;
    if (!parse_network(text, network)) {
      return base::invalid_argument(
          "gateway-allow",
          "\"" + text + "\" is no network: give an address or ADDRESS/BITS, such as 10.0.0.0/8");
    }
    rules.allowed_.push_back(network);
  }
  return rules;
}

bool AddressRules::allows(const ip::address& address) const {
  return is_public(address) || lists(address);
}

bool AddressRules::lists(const ip::address& address) const {
  return std::any_of(allowed_.begin(), allowed_.end(),
                     [&](const Network& network) { return network.contains(address); });
}

}  // namespace homeport::api::gateway
