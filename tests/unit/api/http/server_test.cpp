#include "api/http/server.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "raw_client.hpp"
#include "security/tokens.hpp"
#include "server_fixture.hpp"

namespace homeport::api::http {
namespace {

using testing::exchange;
using testing::RawClient;
using testing::RawResponse;

class HttpServer : public testing::ServerTest {};

TEST_F(HttpServer, AnswersAndKeepsTheConnection) {
  add_text("/hello", "world");
  start();
  RawClient client(port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"));
    const RawResponse response = client.read();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "world");
    EXPECT_TRUE(response.headers.has("Date"));
  }
  client.send("GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.read().headers.get("Connection"), "close");
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpServer, PipelinedRequestsAreAnsweredInOrder) {
  router_.add("GET", "/slow", [&](const Request&, const PathParameters&) {
    gate_.wait();
    return text_response(200, "text/plain", "slow");
  });
  add_text("/quick", "quick");
  start();
  RawClient client(port());
  client.send(
      "GET /slow HTTP/1.1\r\nHost: h\r\n\r\nGET /quick HTTP/1.1\r\nHost: h\r\n\r\n"
      "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n");
  gate_.open();
  EXPECT_EQ(client.read().body, "slow");
  EXPECT_EQ(client.read().body, "quick");
  EXPECT_EQ(client.read().status, 404);
}

TEST_F(HttpServer, HandlerSeesTheParsedRequest) {
  Request seen;
  std::string name;
  router_.add("GET", "/runs/{run}", [&](const Request& request, const PathParameters& parameters) {
    seen.method = request.method;
    seen.path = request.path;
    seen.target = request.target;
    seen.query = request.query;
    seen.host = request.origin();
    seen.remote_address = request.remote_address;
    name = parameters.at("run");
    return Response{204};
  });
  start();
  const RawResponse response =
      exchange(port(), "GET //runs//a%20b?x=1%2C2&Y=a+b&z HTTP/1.1\r\nHost: here:80\r\n\r\n");
  EXPECT_EQ(response.status, 204);
  EXPECT_FALSE(response.headers.has("Content-Length"));
  EXPECT_EQ(name, "a b");
  EXPECT_EQ(seen.path, "/runs/a%20b");
  EXPECT_EQ(seen.target, "//runs//a%20b?x=1%2C2&Y=a+b&z");
  EXPECT_EQ(seen.parameter("x"), "1,2");
  EXPECT_EQ(seen.parameter("y"), "a b");
  EXPECT_EQ(seen.parameter("Z"), "");
  EXPECT_EQ(seen.host, "http://here:80");
  EXPECT_EQ(seen.remote_address, "127.0.0.1");
}

TEST_F(HttpServer, HeadHasTheLengthAndNoBody) {
  add_text("/hello", "world");
  router_.add("HEAD", "/blob", [](const Request&, const PathParameters&) {
    Response response{200};
    response.headers.add("Content-Length", "123456");
    return response;
  });
  start();
  RawClient client(port());
  client.send("HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\nHEAD /blob HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.read(true).headers.get("Content-Length"), "5");
  EXPECT_EQ(client.read(true).headers.get("Content-Length"), "123456");
  client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.read().body, "world");
}

TEST_F(HttpServer, UnknownPathAndMethod) {
  add_text("/hello", "world");
  start();
  EXPECT_EQ(exchange(port(), "GET /else HTTP/1.1\r\nHost: h\r\n\r\n").status, 404);
  EXPECT_EQ(exchange(port(), "PUT /hello HTTP/1.1\r\nHost: h\r\n\r\n").status, 405);
  const RawResponse connect = exchange(port(), "CONNECT a.core.windows.net:443 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(connect.status, 501);
  EXPECT_NE(connect.body.find("CONNECT"), std::string::npos);
}

TEST_F(HttpServer, BodiesByLengthAndInChunks) {
  add_echo();
  start();
  RawClient client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(client.read().body, "hello");
  client.send(
      "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nTrailer: x\r\n\r\n");
  EXPECT_EQ(client.read().body, "hello world");
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(client.read().body, "");
}

TEST_F(HttpServer, LargeBodiesGoThroughAFileWithoutAName) {
  add_echo();
  start();
  std::string large(5'000'000, 'x');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>('a' + i % 23);
  RawClient client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n");
  client.send(large);
  RawResponse response = client.read();
  EXPECT_EQ(response.headers.get("Content-Type"), "text/from-file");
  EXPECT_TRUE(response.body == large);

  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.send("200000\r\n" + large.substr(0, 0x200000) + "\r\n");
  client.send("100001\r\n" + large.substr(0x200000, 0x100001) + "\r\n0\r\n\r\n");
  response = client.read();
  EXPECT_EQ(response.headers.get("Content-Type"), "text/from-file");
  EXPECT_TRUE(response.body == large.substr(0, 0x300001));
  EXPECT_EQ(files_in_spool(), 0U);
}

TEST_F(HttpServer, ExpectContinueInvitesTheBody) {
  add_echo();
  start();
  RawClient client(port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  client.send("hello");
  EXPECT_EQ(client.read().body, "hello");
}

TEST_F(HttpServer, FilesAreStreamedByRange) {
  const auto path = folder_.path() / "blob";
  std::string content(3'000'000, ' ');
  for (size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>('a' + i % 19);
  ASSERT_TRUE(base::write_file_durably(path, content).has_value());
  const auto file =
      std::make_shared<base::FileDescriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  router_.add("GET", "/all", [&](const Request&, const PathParameters&) {
    return Response{200, {}, FileBody{file, 0, 3'000'000}};
  });
  router_.add("GET", "/part", [&](const Request&, const PathParameters&) {
    return Response{206, {}, FileBody{file, 1'000'001, 1'500'000}};
  });
  router_.add("GET", "/too-long", [&](const Request&, const PathParameters&) {
    return Response{200, {}, FileBody{file, 2'999'990, 100}};
  });
  start();
  RawClient client(port());
  client.send("GET /all HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(client.read().body == content);
  client.send("GET /part HTTP/1.1\r\nHost: h\r\n\r\n");
  const RawResponse part = client.read();
  EXPECT_EQ(part.status, 206);
  EXPECT_TRUE(part.body == content.substr(1'000'001, 1'500'000));
  // A file that has become shorter cannot be answered whole: the client must see that.
  client.send("GET /too-long HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.read().status, 0);
}

TEST_F(HttpServer, ExceptionsBecome500WithoutTheirText) {
  router_.add("GET", "/throw", [](const Request&, const PathParameters&) -> Response {
    throw std::runtime_error("password hunter2");
  });
  add_text("/hello", "world");
  start();
  RawClient client(port());
  client.send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n");
  const RawResponse response = client.read();
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("hunter2"), std::string::npos);
  client.send("GET /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.read().status, 200);
}

TEST_F(HttpServer, LineBreaksOfAValueAddNoField) {
  router_.add("GET", "/x", [](const Request&, const PathParameters&) {
    Response response{200};
    response.headers.add("X-Name", "a\r\nSet-Cookie: stolen");
    return response;
  });
  start();
  const RawResponse response = exchange(port(), "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(response.headers.get("X-Name"), "a  Set-Cookie: stolen");
  EXPECT_FALSE(response.headers.has("Set-Cookie"));
}

TEST_F(HttpServer, DispatcherSettlesWhoAsks) {
  const auto keyring = security::Keyring::open(folder_.path() / "secrets").value();
  router_.add("GET", "/me", [](const Request& request, const PathParameters&) {
    const bool owner = std::holds_alternative<security::Owner>(request.principal);
    return text_response(200, "text/plain", owner ? "owner" : "someone");
  });
  start([&](Request& request, const Router::Match& match) {
    std::string_view token = request.headers.get("Authorization");
    token.remove_prefix(std::min<size_t>(token.size(), 7));
    auto bearer = keyring->verify_bearer(token, base::SystemClock().wall());
    if (bearer.has_error()) return Response{401};
    request.principal = std::move(bearer).value();
    return dispatch_plainly(request, match);
  });
  const std::string start_line = "GET /me HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ";
  EXPECT_EQ(exchange(port(), start_line + keyring->owner_token().reveal() + "\r\n\r\n").body,
            "owner");
  EXPECT_EQ(exchange(port(), start_line + "wrong\r\n\r\n").status, 401);
}

TEST_F(HttpServer, ManyClientsAtOnce) {
  add_echo();
  options_.io_threads = 2;
  start();
  std::atomic<int> good = 0;
  std::vector<std::thread> clients;
  for (int c = 0; c < 16; ++c) {
    clients.emplace_back([&, c] {
      RawClient client(port());
      const std::string body = "client " + std::to_string(c);
      for (int i = 0; i < 50; ++i) {
        client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
        if (client.read().body == body) ++good;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(good, 16 * 50);
}

TEST_F(HttpServer, TakenAddressIsNamed) {
  start();
  ServerOptions second = options_;
  second.listen = server_->addresses();
  const auto refused = Server::start(second, router_, dispatch_plainly);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, base::ErrorCode::Unavailable);
  EXPECT_NE(refused.error().message.find(server_->addresses()[0]), std::string::npos);
  second.listen = {"nonsense"};
  EXPECT_EQ(Server::start(second, router_, dispatch_plainly).error().code,
            base::ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace homeport::api::http
