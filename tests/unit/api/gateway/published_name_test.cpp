#include "api/gateway/published_name.hpp"

#include <gtest/gtest.h>

namespace homeport::api::gateway {
namespace {

using Kind = PublishedName::Kind;

TEST(PublishedName, TheNamesOfTheTwoServicesAreKnown) {
  EXPECT_EQ(parse_published_name("management.azure.com")->kind, Kind::Management);
  EXPECT_EQ(parse_published_name("Login.MicrosoftOnline.com:443")->kind, Kind::Login);
  EXPECT_EQ(parse_published_name("westeurope.api.azureml.ms")->kind, Kind::DataPlane);
  EXPECT_EQ(parse_published_name("azureml.ms.")->kind, Kind::DataPlane);
}

TEST(PublishedName, AStorageNameHoldsAccountAndService) {
  EXPECT_EQ(parse_published_name("MyAcct.blob.core.windows.net"),
            (PublishedName{Kind::Storage, "myacct", "blob"}));
  EXPECT_EQ(parse_published_name("myacct-secondary.file.core.windows.net:443"),
            (PublishedName{Kind::Storage, "myacct", "file"}));
  for (const char* service : {"queue", "table", "dfs"}) {
    EXPECT_EQ(parse_published_name("a." + std::string(service) + ".core.windows.net")->service,
              service);
  }
}

TEST(PublishedName, OtherHostsAreNot) {
  for (const char* host :
       {"", "pypi.org", "azure.com", "x.management.azure.com", "notazureml.ms", "core.windows.net",
        "blob.core.windows.net", "a.b.blob.core.windows.net", "a.web.core.windows.net",
        "management.core.windows.net", "a.blob.core.windows.net.example", "[::1]:443"}) {
    EXPECT_FALSE(parse_published_name(host)) << host;
  }
}

TEST(PublishedName, AStorageEndpointIsNamedAsTheClientCame) {
  http::Request request;
  request.scheme = "https";
  request.host = "management.azure.com";
  EXPECT_EQ(storage_endpoint(request, "acct", "blob"), "https://acct.blob.core.windows.net");
  request.scheme = "http";
  request.host = "127.0.0.1:8700";
  EXPECT_EQ(storage_endpoint(request, "acct", "blob"), "http://127.0.0.1:8700/acct");
}

}  // namespace
}  // namespace homeport::api::gateway
