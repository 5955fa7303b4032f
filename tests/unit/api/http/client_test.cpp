#include "api/http/client.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <thread>

#include "security/certificates.hpp"
#include "server_fixture.hpp"

namespace homeport::api::http {
namespace {

using base::ErrorCode;

class HttpClient : public testing::ServerTest {
 protected:
  std::string url(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(port()) + target;
  }
};

TEST_F(HttpClient, KeepsOneConnectionForManyRequests) {
  add_text("/hello", "world");
  add_echo();
  start();
  Client client;
  for (int i = 0; i < 3; ++i) {
    const auto response = client.send({"GET", url("/hello")});
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_EQ(response.value().body, "world");
  }
  EXPECT_EQ(client.send({"POST", url("/echo"), {}, "body"}).value().body, "body");
  EXPECT_EQ(client.send({"HEAD", url("/hello")}).value().headers.get("Content-Length"), "5");
  EXPECT_EQ(client.send({"GET", url("/none")}).value().status, 404);
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(HttpClient, SendsAFileAndReceivesIntoASink) {
  add_echo();
  start();
  const std::string content(3'000'000, 'z');
  ASSERT_TRUE(base::write_file_durably(folder_.path() / "up", content).has_value());
  const auto file = std::make_shared<base::FileDescriptor>(
      ::open((folder_.path() / "up").c_str(), O_RDONLY | O_CLOEXEC));
  uint64_t told = 0;
  std::string received;
  ClientRequest request{"POST", url("/echo"), {}, FileBody{file, 10, 2'500'000}};
  request.on_sent = [&](uint64_t bytes) { told = bytes; };
  Client client;
  const auto response = client.send(request, [&](std::string_view part) {
    received += part;
    return base::success();
  });
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response.value().body, "");
  EXPECT_TRUE(received == content.substr(10, 2'500'000));
  EXPECT_EQ(told, 2'500'000U);
}

TEST_F(HttpClient, SinkThatFailsEndsTheRequest) {
  add_text("/hello", "world");
  start();
  Client client;
  const auto response = client.send({"GET", url("/hello")}, [](std::string_view) {
    return base::Result<void>(base::Error{ErrorCode::ResourceExhausted, "disk full"});
  });
  EXPECT_EQ(response.error().code, ErrorCode::ResourceExhausted);
  EXPECT_EQ(client.send({"GET", url("/hello")}).value().body, "world");
}

TEST_F(HttpClient, RefusedConnectionHasItsOwnReason) {
  start();
  const std::string gone = url("/");
  server_.reset();
  Client client;
  const auto response = client.send({"GET", gone});
  EXPECT_EQ(response.error().code, ErrorCode::Unavailable);
  EXPECT_EQ(response.error().reason, "ConnectionRefused");
}

TEST_F(HttpClient, SurvivesARestartOfTheServer) {
  add_text("/hello", "world");
  start();
  Client client;
  ASSERT_TRUE(client.send({"GET", url("/hello")}).has_value());
  options_.listen = server_->addresses();
  server_.reset();
  start();
  EXPECT_EQ(client.send({"GET", url("/hello")}).value().body, "world");
}

TEST_F(HttpClient, SeesTheRefusalOfABodyThatItStillSends) {
  add_echo(1000);
  start();
  Client client;
  const auto response = client.send({"POST", url("/echo"), {}, std::string(30'000'000, 'x')});
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response.value().status, 413);
}

TEST_F(HttpClient, SilentServerIsDeadlineExceeded) {
  router_.add("GET", "/slow", [&](const Request&, const PathParameters&) {
    gate_.wait();
    return Response{200};
  });
  start();
  ClientOptions options;
  options.silence_timeout = std::chrono::milliseconds(50);
  Client client(options);
  EXPECT_EQ(client.send({"GET", url("/slow")}).error().code, ErrorCode::DeadlineExceeded);
  gate_.open();
}

TEST_F(HttpClient, BadUrlsAreNamed) {
  Client client;
  for (const char* bad : {"ftp://x/", "http://", "http://h:99999/", "http://h/a b", "/x"}) {
    EXPECT_EQ(client.send({"GET", bad}).error().code, ErrorCode::InvalidArgument) << bad;
  }
}

TEST_F(HttpClient, SpeaksOverAUnixSocket) {
  router_.add("GET", "/who", [](const Request& request, const PathParameters&) {
    return text_response(200, "text/plain", request.remote_address);
  });
  const std::string path = (folder_.path() / "socket").string();
  options_.listen = {"unix:" + path};
  start();
  ClientOptions options;
  options.unix_socket = path;
  Client client(options);
  const auto response = client.send({"GET", "http://node/who"});
  ASSERT_TRUE(response.has_value()) << response.error().message;
  EXPECT_EQ(response.value().body, "unix:" + std::to_string(::getuid()));
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
  // A second server must not take the socket of one that lives; after its end it may.
  EXPECT_EQ(Server::start(options_, router_, dispatch_plainly).error().code,
            ErrorCode::Unavailable);
  server_->stop(std::chrono::milliseconds(0));
  EXPECT_TRUE(Server::start(options_, router_, dispatch_plainly).has_value());
}

}  // namespace
}  // namespace homeport::api::http
