#include "api/web/sessions.hpp"

#include <gtest/gtest.h>

#include "fake_clock.hpp"
#include "temporary_directory.hpp"

namespace homeport::api::web {
namespace {

class Sessions : public ::testing::Test {
 protected:
  std::string code_of(const LoginLink& link) { return link.path.substr(link.path.find('=') + 1); }
  /// A request as a browser with this Set-Cookie sends it.
  static http::Request request_with(const std::string& set_cookie, const std::string& method) {
    http::Request request;
    request.method = method;
    request.headers.set("Cookie", "other=1; " + set_cookie.substr(0, set_cookie.find(';')));
    return request;
  }

  homeport::testing::TemporaryDirectory folder_;
  homeport::testing::FakeClock clock_;
  std::unique_ptr<security::Keyring> keyring_ =
      std::move(security::Keyring::open(folder_.path() / "secrets").value());
  WebSessions sessions_{*keyring_, clock_};
};

TEST_F(Sessions, ACodeWorksOnce) {
  const std::string code = code_of(sessions_.make_login_link("/web/runs/w/r"));

  const auto entry = sessions_.redeem(code);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry.value().return_to, "/web/runs/w/r");
  EXPECT_NE(entry.value().cookie.find("HttpOnly; SameSite=Strict"), std::string::npos);
  EXPECT_TRUE(sessions_.authenticate(request_with(entry.value().cookie, "GET")));
  EXPECT_FALSE(sessions_.redeem(code));
  EXPECT_FALSE(sessions_.redeem(""));
}

TEST_F(Sessions, ACodeRunsOutAfterTenMinutesAndACookieAfterTwelveHours) {
  const std::string late = code_of(sessions_.make_login_link(""));
  const auto entry = sessions_.redeem(code_of(sessions_.make_login_link("")));
  ASSERT_TRUE(entry);
  clock_.advance(std::chrono::minutes(10));
  EXPECT_FALSE(sessions_.redeem(late));
  EXPECT_TRUE(sessions_.authenticate(request_with(entry.value().cookie, "GET")));
  clock_.advance(std::chrono::hours(12));
  EXPECT_FALSE(sessions_.authenticate(request_with(entry.value().cookie, "GET")));
}

TEST_F(Sessions, ALinkNeverLeadsToAnotherSite) {
  for (const char* target : {"https://evil/", "//evil", "/subscriptions", "/web/\\evil\"", ""}) {
    const auto entry = sessions_.redeem(code_of(sessions_.make_login_link(target)));
    EXPECT_EQ(entry.value().return_to, "/web/") << target;
  }
}

TEST_F(Sessions, WhatChangesSomethingNeedsTheHeaderOfOurPages) {
  const auto entry = sessions_.redeem(code_of(sessions_.make_login_link("")));
  http::Request request = request_with(entry.value().cookie, "POST");
  EXPECT_FALSE(sessions_.authenticate(request));
  request.headers.set("x-homeport-web", "1");
  EXPECT_TRUE(sessions_.authenticate(request));
}

TEST_F(Sessions, AForgedOrForeignCookieIsNobody) {
  const auto entry = sessions_.redeem(code_of(sessions_.make_login_link("")));
  std::string forged = entry.value().cookie;
  const size_t digit = forged.find('=') + 1;
  forged[digit] = forged[digit] == '9' ? '8' : '9';
  EXPECT_FALSE(sessions_.authenticate(request_with(forged, "GET")));
  EXPECT_FALSE(sessions_.authenticate(request_with("homeport_session=;", "GET")));
  EXPECT_FALSE(sessions_.authenticate(request_with("homeport_session=1.2.3;", "GET")));
}

}  // namespace
}  // namespace homeport::api::web
