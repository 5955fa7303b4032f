#include "api/gateway/proxy_token.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace homeport::api::gateway {
namespace {

TEST(ProxyToken, IsThePasswordOfBasicOrWhatBearerBears) {
  EXPECT_EQ(parse_proxy_token("Basic " + base::base64_encode("homeport:a:b")), "a:b");
  EXPECT_EQ(parse_proxy_token("basic  " + base::base64_encode("anybody:t")), "t");
  EXPECT_EQ(parse_proxy_token("Bearer t"), "t");
}

TEST(ProxyToken, NothingElseIsOne) {
  for (const std::string& text :
       {std::string(), std::string("Basic"), std::string("Basic !!!"),
        "Basic " + base::base64_encode("nocolon"), std::string("Digest username=x")}) {
    EXPECT_FALSE(parse_proxy_token(text)) << text;
  }
}

TEST(ProxyToken, TheUrlHoldsItEscaped) {
  EXPECT_EQ(proxy_url("127.0.0.1:8700", ""), "http://127.0.0.1:8700");
  EXPECT_EQ(proxy_url("gpu1:8700", "a/b"), "http://homeport:a%2Fb@gpu1:8700");
}

}  // namespace
}  // namespace homeport::api::gateway
