#include <gtest/gtest.h>

#include <future>

#include "api/http/server.hpp"
#include "raw_client.hpp"
#include "server_fixture.hpp"

namespace homeport::api::http {
namespace {

using testing::exchange;
using testing::RawClient;

class HttpServerLimits : public testing::ServerTest {};

TEST_F(HttpServerLimits, TooLargeBodyIsRefusedBeforeItIsRead) {
  add_echo(1000);
  start();
  RawClient client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_EQ(client.read().status, 413);  // though not one byte of it has been sent
  RawClient expecting(port());
  expecting.send(
      "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(expecting.read().status, 413);
  RawClient exact(port());
  exact.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" +
             std::string(1000, 'x'));
  EXPECT_EQ(exact.read().status, 200);
}

TEST_F(HttpServerLimits, ClientThatSendsOnStillSeesWhy) {
  add_echo(1000);
  start();
  RawClient client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 20000000\r\n\r\n");
  client.send(std::string(20'000'000, 'x'));
  EXPECT_EQ(client.read().status, 413);
}

TEST_F(HttpServerLimits, TooManyChunksAreRefused) {
  add_echo(1000);
  start();
  RawClient client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
              std::string(1001, 'x') + "\r\n0\r\n\r\n");
  EXPECT_EQ(client.read().status, 413);
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpServerLimits, AdmissionRefusesLargeBodiesBeforeTheyAreRead) {
  add_echo();
  start(dispatch_plainly, [](Request& request, const Router::Match&) -> std::optional<Response> {
    if (request.headers.has("Authorization")) return std::nullopt;
    return Response{401};
  });
  RawClient client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n");
  EXPECT_EQ(client.read().status, 401);
  RawClient known(port());
  known.send(
      "POST /echo HTTP/1.1\r\nHost: h\r\nAuthorization: x\r\nContent-Length: 2000000\r\n\r\n" +
      std::string(2'000'000, 'x'));
  EXPECT_EQ(known.read().status, 200);
}

TEST_F(HttpServerLimits, GarbageIs400AndTheConnectionEnds) {
  start();
  for (const char* garbage :
       {"\x01\x02\x03\x04\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/3.7\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon here\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", "GET x HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nhost: other\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"}) {
    RawClient client(port());
    client.send(garbage);
    EXPECT_EQ(client.read().status, 400) << garbage;
    EXPECT_TRUE(client.at_end()) << garbage;
  }
}

TEST_F(HttpServerLimits, CutOffRequestsAre400) {
  add_echo();
  start();
  for (const char* half :
       {"POST /echo HT", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"}) {
    RawClient client(port());
    client.send(half);
    client.finish_sending();
    EXPECT_EQ(client.read().status, 400) << half;
  }
}

TEST_F(HttpServerLimits, LargeHeadIs431) {
  add_text("/hello", "world");
  start();
  const std::string start_of_head = "GET /hello HTTP/1.1\r\nHost: h\r\nX: ";
  EXPECT_EQ(exchange(port(), start_of_head + std::string(60'000, 'x') + "\r\n\r\n").status, 200);
  EXPECT_EQ(exchange(port(), start_of_head + std::string(70'000, 'x') + "\r\n\r\n").status, 431);
  EXPECT_EQ(exchange(port(), start_of_head + std::string(3'000'000, 'x')).status, 431);
}

TEST_F(HttpServerLimits, SilenceInsideARequestEndsIt) {
  options_.read_timeout = std::chrono::milliseconds(100);
  options_.idle_timeout = std::chrono::milliseconds(100);
  start();
  RawClient half(port());
  half.send("GET / HT");
  EXPECT_EQ(half.read().status, 408);
  RawClient idle(port());
  EXPECT_EQ(idle.read_all(), "");
}

TEST_F(HttpServerLimits, FullQueueIs503WithRetryAfter) {
  router_.add("GET", "/slow", [&](const Request&, const PathParameters&) {
    ++running_;
    gate_.wait();
    return Response{200};
  });
  options_.worker_threads = 1;
  options_.max_queued_requests = 1;
  start();
  constexpr std::string_view kSlow = "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n";
  RawClient first(port());
  first.send(kSlow);
  while (running_ == 0) std::this_thread::yield();
  // One waits in the queue; of two more, one is refused at least.
  RawClient second(port());
  second.send(kSlow);
  auto third = std::async(std::launch::async, [&] { return exchange(port(), kSlow); });
  auto fourth = std::async(std::launch::async, [&] { return exchange(port(), kSlow); });
  std::future<testing::RawResponse>* refused = nullptr;
  while (refused == nullptr) {
    for (auto* one : {&third, &fourth}) {
      if (one->wait_for(std::chrono::milliseconds(5)) == std::future_status::ready) refused = one;
    }
  }
  const testing::RawResponse response = refused->get();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.get("Retry-After"), "1");
  gate_.open();
  EXPECT_EQ(first.read().status, 200);
}

TEST_F(HttpServerLimits, ConnectionsBeyondTheBoundWaitTheirTurn) {
  add_text("/hello", "world");
  options_.max_connections = 1;
  start();
  constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n";
  auto first = std::make_unique<RawClient>(port());
  first->send(kHello);
  EXPECT_EQ(first->read().status, 200);
  RawClient second(port());
  second.send(kHello);
  first->send(kHello);
  EXPECT_EQ(first->read().status, 200);
  EXPECT_EQ(server_->connections(), 1U);
  first.reset();
  EXPECT_EQ(second.read().status, 200);
}

TEST_F(HttpServerLimits, StopLetsTheRequestInFlightEnd) {
  router_.add("GET", "/slow", [&](const Request&, const PathParameters&) {
    ++running_;
    gate_.wait();
    return text_response(200, "text/plain", "done");
  });
  start();
  RawClient idle(port());
  RawClient client(port());
  client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
  while (running_ == 0) std::this_thread::yield();
  auto stopped = std::async(std::launch::async, [&] { server_->stop(std::chrono::seconds(10)); });
  EXPECT_TRUE(idle.at_end());
  EXPECT_FALSE(RawClient(port()).connected());
  gate_.open();
  const auto response = client.read();
  EXPECT_EQ(response.body, "done");
  EXPECT_EQ(response.headers.get("Connection"), "close");
  stopped.get();
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(HttpServerLimits, StopCutsAClientThatDoesNotEnd) {
  add_echo();
  start();
  RawClient client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhello");
  while (server_->connections() == 0) std::this_thread::yield();
  server_->stop(std::chrono::milliseconds(50));
  EXPECT_EQ(server_->connections(), 0U);
}

}  // namespace
}  // namespace homeport::api::http
