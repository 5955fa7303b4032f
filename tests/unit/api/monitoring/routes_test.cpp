#include "api/monitoring/routes.hpp"

#include <gtest/gtest.h>

namespace homeport::api::monitoring {
namespace {

class MetricsRoute : public ::testing::Test {
 protected:
  void SetUp() override {
    metrics_.add_source([] {
      return std::vector<http::Figure>{
          {"homeport_runs", "Runs", http::Figure::Kind::Gauge, {{{}, 7}}}};
    });
    add_monitoring_routes(router_, metrics_);
  }
  http::Response get(security::Principal principal) {
    http::Request request;
    request.method = "GET";
    request.path = "/metrics";
    request.remote_address = "127.0.0.1";
    request.principal = std::move(principal);
    const http::Router::Match match = router_.find(request.method, request.path);
    return (*match.handler)(request, match.parameters);
  }

  http::Metrics metrics_;
  http::Router router_;
};

std::string body_of(const http::Response& response) {
  return std::get<std::string>(response.body);
}

TEST_F(MetricsRoute, IsForTheOwnerAndForTheMonitor) {
  for (const security::Principal& principal :
       {security::Principal(security::Owner{}), security::Principal(security::Monitor{})}) {
    const http::Response response = get(principal);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_NE(body_of(response).find("homeport_runs 7\n"), std::string::npos);
  }
}

TEST_F(MetricsRoute, TellsNobodyElseAnythingOnLoopbackEither) {
  const struct {
    security::Principal principal;
    int status;
  } rows[] = {{security::Anonymous{}, 401},
              {security::RunIdentity{"w", "r", "e"}, 403},
              {security::StorageAccount{"account"}, 403}};
  for (const auto& row : rows) {
    const http::Response response = get(row.principal);
    EXPECT_EQ(response.status, row.status);
    EXPECT_EQ(body_of(response).find("homeport_runs"), std::string::npos);
    EXPECT_NE(body_of(response).find("metrics-token"), std::string::npos) << "says what is needed";
  }
}

}  // namespace
}  // namespace homeport::api::monitoring
