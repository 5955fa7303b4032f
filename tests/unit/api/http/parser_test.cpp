#include "api/http/parser.hpp"

#include <gtest/gtest.h>

namespace homeport::api::http {
namespace {

TEST(MessageParser, ReadsByteByByte) {
  const std::string wire =
      "POST /a?b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  MessageParser parser(MessageParser::Kind::Request, 1000);
  std::string held;
  std::string body;
  for (char c : wire) {
    ASSERT_FALSE(parser.is_done());
    held += c;
    const size_t used = parser.has_head() ? parser.read_body(held, body) : parser.read_head(held);
    held.erase(0, used);
    ASSERT_EQ(parser.failure(), ParseFailure::None);
  }
  EXPECT_TRUE(parser.is_done());
  EXPECT_EQ(body, "abc");
  EXPECT_EQ(parser.head().method, "POST");
  EXPECT_EQ(parser.head().target, "/a?b");
  EXPECT_EQ(parser.head().headers.get("host"), "h");
}

TEST(MessageParser, StopsAtTheEndOfEachMessage) {
  const std::string two = "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.0\r\n\r\n";
  MessageParser parser(MessageParser::Kind::Request, 1000);
  const size_t used = parser.read_head(two);
  EXPECT_EQ(parser.head().target, "/1");
  EXPECT_TRUE(parser.head().keep_alive);
  parser.restart();
  EXPECT_EQ(parser.read_head(std::string_view(two).substr(used)), two.size() - used);
  EXPECT_EQ(parser.head().target, "/2");
  EXPECT_FALSE(parser.head().keep_alive);
}

TEST(MessageParser, ResponseUntilTheEndOfTheConnection) {
  MessageParser parser(MessageParser::Kind::Response, 1000);
  const std::string wire = "HTTP/1.1 200 OK\r\n\r\nabc";
  const size_t used = parser.read_head(wire);
  EXPECT_TRUE(parser.head().until_close);
  std::string body;
  parser.read_body(std::string_view(wire).substr(used), body);
  EXPECT_FALSE(parser.is_done());
  EXPECT_TRUE(parser.read_end());
  EXPECT_EQ(body, "abc");
}

TEST(MessageParser, CutOffIsNoEnd) {
  MessageParser parser(MessageParser::Kind::Response, 1000);
  parser.read_head("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  EXPECT_FALSE(parser.read_end());
}

}  // namespace
}  // namespace homeport::api::http
