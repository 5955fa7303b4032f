#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/http/target.hpp"
#include "api/identity/routes.hpp"
#include "base/text.hpp"
#include "temporary_directory.hpp"

namespace homeport::api::identity {
namespace {

namespace json = boost::json;

class Identity : public ::testing::Test {
 protected:
  void SetUp() override {
    keyring_ = security::Keyring::open(folder_.path() / "secrets").value();
    const IdentityParts parts{*keyring_, clock_};
    add_tenant_routes(everywhere_, parts);
    add_login_host_routes(login_host_, parts);
  }

  http::Response ask(const http::Router& router, const std::string& method,
                     const std::string& target, const std::string& body = {}) const {
    http::Request request;
    request.method = method;
    request.scheme = "https";
    request.host = "login.microsoftonline.com";
    request.body.text = body;
    EXPECT_TRUE(http::parse_target(target, request).has_value());
    const http::Router::Match match = router.find(method, request.path);
    return match.handler == nullptr ? http::Response{404}
                                    : (*match.handler)(request, match.parameters);
  }
  static json::object body_of(const http::Response& response) {
    return json::parse(std::get<std::string>(response.body)).get_object();
  }
  const security::ServicePrincipal& self() const { return keyring_->service_principal(); }
  std::string form(const std::string& more) const {
    return "grant_type=client_credentials&client_id=" + self().client_id +
           "&client_secret=" + self().client_secret.reveal() + more;
  }

  testing::TemporaryDirectory folder_;
  base::SystemClock clock_;
  std::unique_ptr<security::Keyring> keyring_;
  http::Router everywhere_;
  http::Router login_host_;
};

TEST_F(Identity, BothVersionsGiveTokensThatTheServerKnows) {
  const std::string tenant = "/" + self().tenant_id;
  for (const auto& [path, more] : std::vector<std::pair<std::string, std::string>>{
           {"/oauth2/token", "&resource=https%3A%2F%2Fx%2F"},
           {"/oauth2/v2.0/token", "&scope=https%3A%2F%2Fx%2F.default"}}) {
    const auto response = ask(everywhere_, "POST", tenant + path, form(more));
    ASSERT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
    const std::string token(body_of(response).at("access_token").as_string());
    const auto bearer = keyring_->verify_bearer(token, clock_.wall());
    ASSERT_TRUE(bearer.has_value());
    EXPECT_EQ(std::get<security::Owner>(bearer.value()).client_id, self().client_id);
    const std::string claims = base::base64url_decode(base::split(token, '.').at(1)).value_or("");
    const json::object audience = json::parse(claims).get_object();
    EXPECT_EQ(audience.at("aud").as_string(),
              path.find("v2.0") == std::string::npos ? "https://x/" : "https://x");
  }
}

TEST_F(Identity, ATokenOfAnotherTenantsPathIsNotGiven) {
  EXPECT_EQ(ask(everywhere_, "POST", "/other/oauth2/token", form("&resource=x")).status, 400);
  EXPECT_EQ(ask(everywhere_, "POST", "/common/oauth2/token", form("&resource=x")).status, 200);
}

TEST_F(Identity, TheSecretIsComparedWhole) {
  const std::string start =
      "grant_type=client_credentials&resource=x&client_id=" + self().client_id;
  const std::string& secret = self().client_secret.reveal();
  for (const std::string& wrong : {secret + "0", secret.substr(1), std::string("%00")}) {
    const auto response = ask(everywhere_, "POST", "/" + self().tenant_id + "/oauth2/token",
                              start + "&client_secret=" + wrong);
    EXPECT_EQ(response.status, 401) << wrong;
    EXPECT_EQ(body_of(response).at("error").as_string(), "invalid_client");
  }
}

TEST_F(Identity, InstanceDiscoveryIsTheLoginHostsAlone) {
  EXPECT_EQ(ask(everywhere_, "GET", "/common/discovery/instance").status, 404);
  for (const char* path : {"/common/discovery/instance", "/discovery/instance"}) {
    const auto response = ask(login_host_, "GET", path);
    ASSERT_EQ(response.status, 200);
    const json::object document = body_of(response);
    const std::string next(document.at("tenant_discovery_endpoint").as_string());
    // What it leads to is there.
    const auto described = ask(login_host_, "GET", next.substr(next.find('/', 8)));
    EXPECT_TRUE(body_of(described).contains("token_endpoint"));
  }
}

TEST_F(Identity, WhatIsNotServedSaysSo) {
  http::Request request;
  request.method = "GET";
  request.path = "/common/oauth2/authorize";
  const auto response = unserved(request, {*keyring_, clock_});
  EXPECT_EQ(response.status, 501);
  EXPECT_NE(std::get<std::string>(response.body).find("/common/oauth2/authorize"),
            std::string::npos);
}

}  // namespace
}  // namespace homeport::api::identity
