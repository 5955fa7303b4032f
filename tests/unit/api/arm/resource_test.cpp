#include "api/arm/resource.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace homeport::api::arm {
namespace {

http::Request request_with(security::Principal principal, const std::string& method = "GET",
                           const char* version = "2019-05-01") {
  http::Request request;
  request.method = method;
  request.path = "/subscriptions";
  if (version != nullptr) request.query.emplace_back("api-version", version);
  request.headers.add("x-ms-client-request-id", "mine");
  request.principal = std::move(principal);
  return request;
}

http::Response answer(Callers callers, const http::Request& request) {
  const http::Handler handler =
      guarded(callers, [](const auto&, const auto&) -> base::Result<http::Response> {
        return http::json_response(200, "{}");
      });
  return handler(request, {});
}

std::string code_of(const http::Response& response) {
  const auto body = boost::json::parse(std::get<std::string>(response.body));
  return std::string(body.at("error").at("code").as_string());
}

TEST(ArmResourceTest, WhoMayCallIsAskedBeforeTheVersion) {
  EXPECT_EQ(answer(Callers::Owner, request_with(security::Anonymous{}, "GET", nullptr)).status,
            401);
  const http::Response refused =
      answer(Callers::Owner, request_with(security::Owner{}, "GET", nullptr));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(code_of(refused), "MissingApiVersionParameter");
  EXPECT_EQ(answer(Callers::Owner, request_with(security::Owner{})).status, 200);
}

TEST(ArmResourceTest, RunsReadWhereTheyMayAndWriteNowhere) {
  const security::RunIdentity run{"workspace", "run", "experiment"};
  EXPECT_EQ(answer(Callers::RunsMayRead, request_with(run)).status, 200);
  EXPECT_EQ(answer(Callers::Owner, request_with(run)).status, 403);
  for (const char* method : {"PUT", "POST", "PATCH", "DELETE"}) {
    EXPECT_EQ(answer(Callers::RunsMayRead, request_with(run, method)).status, 403) << method;
  }
}

TEST(ArmResourceTest, EveryAnswerCanBeTraced) {
  for (const char* version : {"2019-05-01", "1900-01-01"}) {
    const http::Response response =
        answer(Callers::Owner, request_with(security::Owner{}, "GET", version));
    EXPECT_FALSE(response.headers.get("x-ms-request-id").empty());
    EXPECT_EQ(response.headers.get("x-ms-client-request-id"), "mine");
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-cache");
  }
}

}  // namespace
}  // namespace homeport::api::arm
