#include "api/gateway/gateway.hpp"

#include "api/http/client_tls.hpp"
#include "base/text.hpp"
#include "gateway_fixture.hpp"

namespace homeport::api::gateway {
namespace {

using homeport::testing::GatewayTest;
using homeport::testing::RawClient;

constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";

class GatewayServer : public GatewayTest {
 protected:
  /// What a client of `name` gets that asks the gateway, greets it in TLS, and sends one request.
  std::string through(const std::string& connect, const std::string& name) {
    RawClient client(port());
    client.send(connect);
    const std::string head = client.receive_exactly(kEstablished.size());
    if (head != kEstablished) return "not established: " + head;
    const auto tls = http::ClientTls::greet(client.socket(), name, authority_->certificate());
    if (tls.has_error()) return tls.error().message;
    tls.value()->write("GET /where HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n");
    std::string answer(4096, '\0');
    size_t size = 0;
    for (ssize_t got = 1; got > 0 && size < answer.size(); size += static_cast<size_t>(got)) {
      got = tls.value()->read(answer.data() + size, answer.size() - size);
      if (got < 0) got = 0;
    }
    answer.resize(size);
    return answer;
  }
};

TEST_F(GatewayServer, ServesThePublishedNamesWithTheirOwnCertificates) {
  start_gateway();
  for (const char* name :
       {"management.azure.com", "login.microsoftonline.com", "known.blob.core.windows.net",
        "other.blob.core.windows.net", "westeurope.api.azureml.ms"}) {
    const std::string answer = through(connect_to(name + std::string(":443")), name);
    EXPECT_NE(answer.find("https://" + std::string(name) + " by " + name), std::string::npos)
        << answer;
  }
}

TEST_F(GatewayServer, TakesConnectOfHttp10WithoutAHost) {
  start_gateway();
  const std::string answer =
      through("CONNECT management.azure.com:443 HTTP/1.0\r\n\r\n", "management.azure.com");
  EXPECT_NE(answer.find("https://management.azure.com"), std::string::npos) << answer;
}

TEST_F(GatewayServer, AClientThatSpeaksNoTlsIsToldSo) {
  start_gateway();
  RawClient client(port());
  client.send(connect_to("management.azure.com:80"));
  EXPECT_EQ(client.receive_exactly(kEstablished.size()), kEstablished);
  client.send("GET / HTTP/1.1\r\nHost: management.azure.com\r\n\r\n");
  const auto answer = client.read();
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find("https://"), std::string::npos);
  EXPECT_TRUE(client.at_end());
}

TEST_F(GatewayServer, AClientThatSaysNothingIsLetGo) {
  options_.read_timeout = std::chrono::milliseconds(100);
  start_gateway();
  RawClient client(port());
  client.send(connect_to("management.azure.com:443"));
  EXPECT_EQ(client.receive_exactly(kEstablished.size()), kEstablished);
  EXPECT_TRUE(client.at_end());
}

TEST_F(GatewayServer, AsksForATokenWhereOthersCanConnect) {
  gateway_options_.needs_token = true;
  start_gateway();
  const std::string good = "Proxy-Authorization: Basic " + base::base64_encode("any:good") + "\r\n";
  const std::string bad = "Proxy-Authorization: Basic " + base::base64_encode("any:bad") + "\r\n";
  for (const std::string& headers : {std::string(), bad}) {
    for (const char* authority : {"management.azure.com:443", "127.0.0.1:1"}) {
      const auto refused = refusal_of(authority, headers);
      EXPECT_EQ(refused.status, 407);
      EXPECT_EQ(refused.headers.get("Proxy-Authenticate"), "Basic realm=\"Homeport\"");
    }
  }
  const std::string answer =
      through(connect_to("management.azure.com:443", good), "management.azure.com");
  EXPECT_NE(answer.find("200 OK"), std::string::npos) << answer;
}

TEST_F(GatewayServer, WhatIsNoHostAndPortIsRefused) {
  start_gateway();
  for (const char* authority : {"management.azure.com", "http://x:443", "x:0"}) {
    EXPECT_EQ(refusal_of(authority).status, 400) << authority;
  }
}

TEST_F(GatewayServer, DoesNotGoToPrivateAddresses) {
  gateway_options_.addresses = {};
  start_gateway();
  const std::string own = std::to_string(port());
  for (const std::string& authority :
       {"127.0.0.1:" + own, "localhost:" + own, "[::1]:" + own, "[::ffff:127.0.0.1]:" + own,
        "0.0.0.0:" + own, std::string("169.254.169.254:80"), std::string("10.0.0.1:443")}) {
    const auto refused = refusal_of(authority);
    EXPECT_EQ(refused.status, 403) << authority;
    EXPECT_NE(refused.body.find("private"), std::string::npos) << refused.body;
  }
}

TEST_F(GatewayServer, HttpRequestsForOtherHostsAreRefusedAndThoseForItselfServed) {
  start_gateway();
  const auto refused = homeport::testing::exchange(
      port(), "GET http://pypi.org/where HTTP/1.1\r\nHost: pypi.org\r\n\r\n");
  EXPECT_EQ(refused.status, 501);
  EXPECT_NE(refused.body.find("HTTP_PROXY"), std::string::npos);
  const auto own = homeport::testing::exchange(
      port(), "GET http://127.0.0.1:1/where HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n");
  EXPECT_EQ(own.body, "http://127.0.0.1:1 by ");
}

TEST_F(GatewayServer, AnAccountOfAzuresOwnIsTunnelledOnlyIfListed) {
  gateway_options_.passthrough = {"theirs", "known"};
  // So that nothing is really asked of the internet.
  gateway_options_.upstream_problem = "no way out";
  start_gateway();
  const auto theirs = refusal_of("theirs.blob.core.windows.net:443");
  EXPECT_EQ(theirs.status, 502);
  EXPECT_NE(theirs.body.find("no way out"), std::string::npos);
  const std::string known =
      through(connect_to("known.blob.core.windows.net:443"), "known.blob.core.windows.net");
  EXPECT_NE(known.find("200 OK"), std::string::npos) << known;
}

TEST_F(GatewayServer, WithoutAPolicyConnectIsNotServed) {
  start();
  EXPECT_EQ(refusal_of("management.azure.com:443").status, 501);
}

}  // namespace
}  // namespace homeport::api::gateway
