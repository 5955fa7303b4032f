#include "api/gateway/tunnel.hpp"

#include <poll.h>

#include <thread>

#include "api/http/listener.hpp"
#include "base/text.hpp"
#include "gateway_fixture.hpp"

namespace homeport::api::gateway {
namespace {

using homeport::testing::GatewayTest;
using homeport::testing::RawClient;

constexpr std::string_view kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";

/// Another host: takes one connection and does with it what the test says.
class Peer {
 public:
  explicit Peer(std::function<void(int)> serve)
      : listener_(http::listen_on("127.0.0.1:0").value()), thread_([this, serve] {
          pollfd event{listener_.fd.get(), POLLIN, 0};
          if (::poll(&event, 1, 10'000) != 1) return;
          const base::FileDescriptor socket(::accept(listener_.fd.get(), nullptr, nullptr));
          const timeval patience{10, 0};
          ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
          serve(socket.get());
        }) {}
  ~Peer() { thread_.join(); }
  std::string address() const { return listener_.address; }
  uint16_t port() const { return listener_.port; }

 private:
  http::Listener listener_;
  std::thread thread_;
};

std::string read_until(int socket, std::string_view end) {
  std::string text;
  char byte = 0;
  while (!text.ends_with(end) && ::recv(socket, &byte, 1, 0) == 1) text += byte;
  return text;
}

std::string read_to_end(int socket) {
  std::string text;
  char block[4096];
  for (ssize_t got = 0; (got = ::recv(socket, block, sizeof block, 0)) > 0;) {
    text.append(block, static_cast<size_t>(got));
  }
  return text;
}

void say(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<size_t>(sent));
  }
}

class GatewayTunnel : public GatewayTest {
 protected:
  /// A client whose CONNECT was answered.
  std::unique_ptr<RawClient> connected(const std::string& authority,
                                       const std::string& early = {}) {
    auto client = std::make_unique<RawClient>(port());
    client->send(connect_to(authority) + early);
    EXPECT_EQ(client->receive_exactly(kEstablished.size()), kEstablished);
    return client;
  }
};

TEST_F(GatewayTunnel, CarriesBytesBothWaysAndHalfACloseToo) {
  start_gateway();
  std::string heard;
  {
    Peer peer([&](int socket) {
      heard = read_to_end(socket);
      say(socket, "and the answer comes after your end");
    });
    const auto client = connected(peer.address(), "sent too early; ");
    client->send("sent in time");
    client->finish_sending();
    EXPECT_EQ(client->read_all(), "and the answer comes after your end");
  }
  EXPECT_EQ(heard, "sent too early; sent in time");
}

TEST_F(GatewayTunnel, CarriesMuchInBoundedMemory) {
  start_gateway();
  const std::string much(32U << 20, 'x');
  size_t heard = 0;
  {
    Peer peer([&](int socket) {
      std::thread speaker([&] {
        say(socket, much);
        ::shutdown(socket, SHUT_WR);
      });
      heard = read_to_end(socket).size();
      speaker.join();
    });
    const auto client = connected(peer.address());
    std::thread speaker([&] {
      client->send(much);
      client->finish_sending();
    });
    EXPECT_EQ(client->read_all().size(), much.size());
    speaker.join();
  }
  EXPECT_EQ(heard, much.size());
}

TEST_F(GatewayTunnel, ADeadHostIs502WithASentence) {
  start_gateway();
  std::string gone;
  { gone = http::listen_on("127.0.0.1:0").value().address; }
  const auto refused = refusal_of(gone);
  EXPECT_EQ(refused.status, 502);
  EXPECT_NE(refused.body.find("cannot reach " + gone), std::string::npos) << refused.body;
  const auto unknown = refusal_of("no-such-host.invalid:443");
  EXPECT_EQ(unknown.status, 502);
  EXPECT_NE(unknown.body.find("no-such-host.invalid"), std::string::npos) << unknown.body;
}

TEST_F(GatewayTunnel, ANameIsHeldAgainstTheRulesByItsAddress) {
  gateway_options_.addresses = {};
  start_gateway();
  EXPECT_EQ(refusal_of("localhost:" + std::to_string(port())).status, 403);
}

TEST_F(GatewayTunnel, GoesThroughTheUsersProxyWithItsCredentials) {
  std::string asked;
  Peer proxy([&](int socket) {
    asked = read_until(socket, "\r\n\r\n");
    say(socket, "HTTP/1.1 200 OK\r\nVia: test\r\n\r\nfrom beyond: ");
    say(socket, read_until(socket, "!"));
  });
  gateway_options_.upstream =
      UpstreamProxy{{"127.0.0.1", proxy.port()}, security::Secret("me:secret"), {"direct.invalid"}};
  start_gateway();
  const auto client = connected("registry.invalid:443");
  client->send("hello!");
  EXPECT_EQ(client->receive_exactly(19), "from beyond: hello!");
  EXPECT_TRUE(asked.starts_with("CONNECT registry.invalid:443 HTTP/1.1\r\n")) << asked;
  EXPECT_NE(asked.find("Proxy-Authorization: Basic " + base::base64_encode("me:secret")),
            std::string::npos);
  // NO_PROXY: looked up here, where nobody knows it.
  EXPECT_NE(refusal_of("direct.invalid:443").body.find("cannot reach direct.invalid"),
            std::string::npos);
}

TEST_F(GatewayTunnel, WhatTheUsersProxyRefusesIsSaid) {
  Peer proxy([&](int socket) {
    read_until(socket, "\r\n\r\n");
    say(socket, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  });
  gateway_options_.upstream = UpstreamProxy{{"127.0.0.1", proxy.port()}};
  gateway_options_.addresses = {};
  start_gateway();
  const auto refused = refusal_of("registry.invalid:443");
  EXPECT_EQ(refused.status, 502);
  EXPECT_NE(refused.body.find("answered 407"), std::string::npos) << refused.body;
  // What is private is not asked of the proxy either.
  EXPECT_EQ(refusal_of("10.0.0.1:443").status, 403);
  EXPECT_EQ(refusal_of("localhost:443").status, 403);
}

TEST_F(GatewayTunnel, ASilentOneIsClosed) {
  options_.tunnel_idle_timeout = std::chrono::milliseconds(100);
  start_gateway();
  std::string heard = "not ended";
  {
    Peer peer([&](int socket) { heard = read_to_end(socket); });
    const auto client = connected(peer.address());
    EXPECT_TRUE(client->at_end());
  }
  EXPECT_EQ(heard, "");
}

TEST_F(GatewayTunnel, AHostThatNeverAnswersIsGivenUp) {
  options_.connect_timeout = std::chrono::milliseconds(100);
  Peer proxy([&](int socket) { read_to_end(socket); });
  gateway_options_.upstream = UpstreamProxy{{"127.0.0.1", proxy.port()}};
  start_gateway();
  EXPECT_EQ(refusal_of("registry.invalid:443").status, 504);
}

TEST_F(GatewayTunnel, StopEndsTunnels) {
  start_gateway();
  std::string heard = "not ended";
  {
    Peer peer([&](int socket) { heard = read_to_end(socket); });
    const auto client = connected(peer.address());
    const auto began = std::chrono::steady_clock::now();
    server_->stop(std::chrono::seconds(20));
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
    EXPECT_EQ(server_->connections(), 0U);
    EXPECT_TRUE(client->at_end());
  }
  EXPECT_EQ(heard, "");
}

}  // namespace
}  // namespace homeport::api::gateway
