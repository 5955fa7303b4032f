#include "api/gateway/upstream_proxy.hpp"

#include <gtest/gtest.h>

#include <map>

namespace homeport::api::gateway {
namespace {

base::Result<std::optional<UpstreamProxy>> with(std::map<std::string, std::string> variables) {
  return upstream_proxy_of([variables = std::move(variables)](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  });
}

TEST(UpstreamProxy, NoneIsSetInMostPlaces) {
  EXPECT_FALSE(with({}).value());
  EXPECT_FALSE(with({{"HTTPS_PROXY", " "}, {"HTTP_PROXY", "http://only-for-http:3128"}}).value());
}

TEST(UpstreamProxy, AddressAndCredentialsAreReadFromTheFirstVariable) {
  const auto proxy = with({{"https_proxy", "http://me:p%40ss@Proxy.corp:3128/"},
                           {"HTTPS_PROXY", "http://other:1"}})
                         .value();
  ASSERT_TRUE(proxy);
  EXPECT_EQ(proxy->address, (Destination{"proxy.corp", 3128}));
  EXPECT_EQ(proxy->credentials.reveal(), "me:p@ss");
  EXPECT_EQ(proxy->shown(), "http://proxy.corp:3128");
  EXPECT_EQ(with({{"ALL_PROXY", "proxy.corp"}}).value()->address, (Destination{"proxy.corp", 80}));
}

TEST(UpstreamProxy, OneThatCannotBeUsedIsAnErrorWithoutItsPassword) {
  for (const char* url : {"socks5://me:secret@proxy:1080", "https://me:secret@proxy:443",
                          "http://me:secret@:3128", "http://me:secret@proxy:x"}) {
    const auto proxy = with({{"HTTPS_PROXY", url}});
    ASSERT_TRUE(proxy.has_error()) << url;
    EXPECT_EQ(proxy.error().target, "HTTPS_PROXY");
    EXPECT_EQ(proxy.error().message.find("secret"), std::string::npos);
  }
}

TEST(UpstreamProxy, NoProxySendsHostsPastIt) {
  const auto proxy = with({{"HTTPS_PROXY", "http://proxy:3128"},
                           {"NO_PROXY",
                            "corp.example, .lab.example,*.wild.example,10.0.0.0/8,"
                            "192.168.1.7,host:8443"}})
                         .value();
  for (const Destination& past :
       {Destination{"corp.example", 443}, Destination{"x.corp.example", 443},
        Destination{"lab.example", 1}, Destination{"x.lab.example", 1},
        Destination{"x.wild.example", 1}, Destination{"10.1.2.3", 443},
        Destination{"192.168.1.7", 443}, Destination{"host", 8443}}) {
    EXPECT_TRUE(proxy->bypasses(past)) << past.text();
  }
  for (const Destination& through :
       {Destination{"notcorp.example", 443}, Destination{"example", 443},
        Destination{"11.0.0.1", 443}, Destination{"192.168.1.8", 443}, Destination{"host", 443}}) {
    EXPECT_FALSE(proxy->bypasses(through)) << through.text();
  }
  EXPECT_TRUE(with({{"HTTPS_PROXY", "http://p:1"}, {"no_proxy", "*"}}).value()->bypasses({"x", 1}));
}

}  // namespace
}  // namespace homeport::api::gateway
