#include "api/gateway/address_rules.hpp"

#include <gtest/gtest.h>

namespace homeport::api::gateway {
namespace {

boost::asio::ip::address address(const char* text) {
  return boost::asio::ip::make_address(text);
}

TEST(AddressRules, TheInternetIsPublic) {
  for (const char* text : {"8.8.8.8", "203.0.113.80", "172.15.255.255", "172.32.0.0", "100.63.0.1",
                           "100.128.0.1", "192.0.1.1", "198.17.255.255", "198.20.0.0",
                           "2001:4860:4860::8888", "2001:200::1", "::ffff:8.8.8.8"}) {
    EXPECT_TRUE(is_public(address(text))) << text;
  }
}

TEST(AddressRules, WhatIsNearbyIsNotPublicHoweverItIsWritten) {
  for (const char* text : {"127.0.0.1",
                           "127.255.0.3",
                           "0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "192.0.0.1",
                           "192.88.99.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::1",
                           "::",
                           "fe80::1",
                           "fd00::2",
                           "fc00::1",
                           "ff02::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "::127.0.0.1",
                           "64:ff9b::7f00:1",
                           "64:ff9b::a00:1",
                           "64:ff9b:1::a00:1",
                           "2001::7f00:1",
                           "2001:1ff::1",
                           "2002:7f00:1::",
                           "2002:c0a8:101::1"}) {
    EXPECT_FALSE(is_public(address(text))) << text;
  }
}

TEST(AddressRules, NetworksThatAreNamedAreAllowed) {
  const auto rules = AddressRules::parse({"10.1.0.0/16", "127.0.0.1", "fd00::/8"}).value();
  for (const char* text : {"10.1.0.0", "10.1.255.255", "127.0.0.1", "fd12::1", "::ffff:10.1.2.3"}) {
    EXPECT_TRUE(rules.allows(address(text))) << text;
  }
  for (const char* text : {"10.2.0.0", "127.0.0.2", "fe80::1", "::1"}) {
    EXPECT_FALSE(rules.allows(address(text))) << text;
  }
  EXPECT_TRUE(rules.allows(address("8.8.8.8")));
  EXPECT_FALSE(rules.lists(address("8.8.8.8")));
}

TEST(AddressRules, WhatIsNoNetworkIsRefusedByName) {
  for (const char* text : {"", "example.com", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "fd00::/129",
                           "10.0.0.0/-1", "10.0.0.0/8x"}) {
    const auto rules = AddressRules::parse({text});
    ASSERT_TRUE(rules.has_error()) << text;
    EXPECT_EQ(rules.error().target, "gateway-allow");
  }
}

}  // namespace
}  // namespace homeport::api::gateway
