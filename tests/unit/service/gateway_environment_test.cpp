#include "service/gateway_environment.hpp"

#include "service_fixture.hpp"

namespace homeport::service {
namespace {

using Variables = std::map<std::string, std::string>;

class GatewayEnvironment : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    run_.id = domain::RunId("r1");
    run_.experiment_name = "exp";
    run_.spec.emplace();
  }
  Variables variables(const std::string& url = "http://127.0.0.1:1") {
    const auto gateway = [url] { return RunGateway{url, "/data/bundle.pem"}; };
    const auto all = with_gateway(context, gateway, [](const ProcessScene&) {
      return Variables{{"KEPT", "1"}, {"CURL_CA_BUNDLE", "the dialect's"}};
    });
    return all({workspace, run_, attempt_, cluster_, nodes_, 0, nullptr});
  }
  domain::Run run_;
  domain::Attempt attempt_;
  domain::Cluster cluster_;
  std::vector<domain::Node> nodes_;
};

TEST_F(GatewayEnvironment, LeadsToTheServerWithTheRunsToken) {
  attempt_.claimed_at = context.clock.wall();
  const Variables all = variables();
  const std::string& proxy = all.at("HTTPS_PROXY");
  ASSERT_TRUE(proxy.starts_with("http://run:") && proxy.ends_with("@127.0.0.1:1")) << proxy;
  const std::string token = proxy.substr(11, proxy.rfind('@') - 11);
  const auto bearer = context.keyring.verify_bearer(token, context.clock.wall());
  ASSERT_TRUE(bearer.has_value());
  EXPECT_EQ(std::get<security::RunIdentity>(bearer.value()).run_id, "r1");
  EXPECT_EQ(all.at("https_proxy"), proxy);
  EXPECT_EQ(all.at("NO_PROXY"), "localhost,127.0.0.1,::1,127.0.0.0/8");
  EXPECT_EQ(all.at("no_proxy"), all.at("NO_PROXY"));
  for (const char* name : {"REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"}) {
    EXPECT_EQ(all.at(name), "/data/bundle.pem");
  }
  EXPECT_EQ(all.at("KEPT"), "1");
  EXPECT_EQ(all.at("CURL_CA_BUNDLE"), "the dialect's");
  EXPECT_FALSE(all.contains("HTTP_PROXY"));
}

TEST_F(GatewayEnvironment, TheNodesOfTheAttemptAreReachedPastIt) {
  nodes_.resize(2);
  nodes_[0].address = "127.0.0.7";
  nodes_[0].host_name = "cpu-0";
  nodes_[1].address = "127.0.0.8";
  nodes_[1].host_name = "cpu-1";
  EXPECT_EQ(variables().at("no_proxy"),
            "localhost,127.0.0.1,::1,127.0.0.0/8,127.0.0.7,cpu-0,127.0.0.8,cpu-1");
}

TEST_F(GatewayEnvironment, WhatTheUserSetIsTheUsersInEitherSpelling) {
  run_.spec->environment.variables = {{"https_proxy", "http://mine"}};
  run_.spec->sealed_secrets = {{"SSL_CERT_FILE", "sealed"}};
  const Variables all = variables();
  EXPECT_FALSE(all.contains("HTTPS_PROXY"));
  EXPECT_FALSE(all.contains("https_proxy"));
  EXPECT_FALSE(all.contains("SSL_CERT_FILE"));
  EXPECT_TRUE(all.contains("NO_PROXY"));
  EXPECT_TRUE(all.contains("REQUESTS_CA_BUNDLE"));
}

TEST_F(GatewayEnvironment, AServerThatListensEverywhereIsHereToo) {
  EXPECT_TRUE(variables("http://0.0.0.0:8700").at("HTTPS_PROXY").ends_with("@127.0.0.1:8700"));
  EXPECT_EQ(variables("unix:/socket").size(), 2U);
}

TEST_F(GatewayEnvironment, TheSetupOfANodeHasItWhereNoTokenIsAskedFor) {
  domain::Node node;
  node.address = "127.0.0.7";
  node.host_name = "cpu-0";
  for (const bool needs_token : {false, true}) {
    const auto all = with_gateway([needs_token] {
      return RunGateway{"http://127.0.0.1:1", "/b", needs_token};
    })(cluster_, node);
    EXPECT_EQ(all.contains("HTTPS_PROXY"), !needs_token);
    if (!needs_token) {
      EXPECT_EQ(all.at("HTTPS_PROXY"), "http://127.0.0.1:1");
      EXPECT_EQ(all.at("NO_PROXY"), "localhost,127.0.0.1,::1,127.0.0.0/8,127.0.0.7,cpu-0");
    }
  }
}

}  // namespace
}  // namespace homeport::service
