#include "api/gateway/destination.hpp"

#include <gtest/gtest.h>

namespace homeport::api::gateway {
namespace {

TEST(Destination, IsReadInLowerCaseWithoutBracketsAndFinalDot) {
  EXPECT_EQ(parse_destination("PyPI.org:443").value(), (Destination{"pypi.org", 443}));
  EXPECT_EQ(parse_destination("pypi.org.:443").value(), (Destination{"pypi.org", 443}));
  EXPECT_EQ(parse_destination("[2001:DB8::1]:8443").value(), (Destination{"2001:db8::1", 8443}));
  EXPECT_EQ(parse_destination("[::1]:1").value().text(), "[::1]:1");
  EXPECT_EQ(parse_destination("10.0.0.1:80").value().text(), "10.0.0.1:80");
}

TEST(Destination, AnythingElseIsAnError) {
  for (const char* text : {"", "host", ":443", "host:", "host:0", "host:65536", "host:x",
                           "http://host:443", "a b:443", "a/b:443", "user@host:443", "::1:443",
                           "[::1:443", "[x]:443", ".host:443", "a..b:443", "host:443:443"}) {
    EXPECT_TRUE(parse_destination(text).has_error()) << text;
  }
}

TEST(Destination, LoopbackIsKnownByNameAndAddress) {
  for (const char* text :
       {"localhost", "LOCALHOST", "x.localhost", "127.0.0.1", "127.1.2.3", "::1"}) {
    EXPECT_TRUE(is_loopback_name(text)) << text;
  }
  for (const char* text : {"", "localhost.example", "10.0.0.1", "::2", "127.example"}) {
    EXPECT_FALSE(is_loopback_name(text)) << text;
  }
}

}  // namespace
}  // namespace homeport::api::gateway
