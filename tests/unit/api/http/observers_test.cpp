#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/json.hpp>
#include <sstream>

#include "api/http/access_log.hpp"
#include "api/http/client.hpp"
#include "api/http/metrics.hpp"
#include "server_fixture.hpp"

namespace homeport::api::http {
namespace {

class HttpObservers : public testing::ServerTest {
 protected:
  void SetUp() override {
    auto logger = std::make_shared<spdlog::logger>(
        "access", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines_));
    logger->set_pattern("%v");
    log_ = std::make_unique<AccessLog>(std::move(logger));
    options_.observers = {log_.get(), &metrics_};
    add_echo();
    router_.add("GET", "/runs/{run}", [](const Request&, const PathParameters&) -> Response {
      throw std::runtime_error("a \"reason\"");
    });
    start([](Request& request, const Router::Match& match) {
      request.principal = security::RunIdentity{"w", "r", "e"};
      return dispatch_plainly(request, match);
    });
  }
  std::string url(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(port()) + target;
  }
  /// What was logged; the server is stopped first, so that it has all been.
  std::vector<boost::json::object> logged() {
    server_->stop(std::chrono::seconds(5));
    std::vector<boost::json::object> objects;
    std::istringstream in(lines_.str());
    for (std::string line; std::getline(in, line);) {
      objects.push_back(boost::json::parse(line).as_object());
    }
    return objects;
  }

  std::ostringstream lines_;
  std::unique_ptr<AccessLog> log_;
  Metrics metrics_;
};

TEST_F(HttpObservers, LogHasOneLineForEachRequestAndNoSecret) {
  Client client;
  ClientRequest request{"POST", url("/echo?sig=SECRET"), {}, "12345"};
  request.headers.add("Authorization", "Bearer SECRET");
  ASSERT_TRUE(client.send(request).has_value());
  ASSERT_TRUE(client.send({"GET", url("/runs/SECRET")}).has_value());
  ASSERT_TRUE(client.send({"GET", url("/nowhere/SECRET")}).has_value());
  const auto lines = logged();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].at("method").as_string(), "POST");
  EXPECT_EQ(lines[0].at("path").as_string(), "/echo");
  EXPECT_EQ(lines[0].at("status").as_int64(), 200);
  EXPECT_EQ(lines[0].at("bytes_in").as_int64(), 5);
  EXPECT_EQ(lines[0].at("bytes_out").as_int64(), 5);
  EXPECT_EQ(lines[0].at("principal").as_string(), "run");
  EXPECT_GE(lines[0].at("microseconds").as_int64(), 0);
  EXPECT_EQ(lines[1].at("path").as_string(), "/runs/{run}");
  EXPECT_EQ(lines[1].at("failure").as_string(), "a \"reason\"");
  EXPECT_EQ(lines[2].at("path").as_string(), "");
  EXPECT_EQ(lines_.str().find("SECRET"), std::string::npos);
}

TEST_F(HttpObservers, MetricsCountByRouteAndStatus) {
  Client client;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send({"POST", url("/echo"), {}, "12345"}).has_value());
  }
  ASSERT_TRUE(client.send({"BREW", url("/pot/1")}).has_value());
  ASSERT_TRUE(client.send({"STEEP", url("/pot/2")}).has_value());
  server_->stop(std::chrono::seconds(5));
  const std::string text = metrics_.text();
  const auto has = [&](const std::string& line) { return text.find(line) != std::string::npos; };
  EXPECT_TRUE(has(R"(homeport_http_requests_total{method="POST",route="/echo",status="200"} 3)"))
      << text;
  EXPECT_TRUE(has(R"(homeport_http_requests_total{method="OTHER",route="none",status="404"} 2)"))
      << text;
  EXPECT_TRUE(has(R"(homeport_http_body_bytes_total{direction="in"} 15)")) << text;
  EXPECT_TRUE(has(R"(homeport_http_request_seconds_count{method="POST",route="/echo"} 3)"));
}

TEST(HttpMetrics, SourcesAreAskedAtEachReading) {
  Metrics metrics;
  double waiting = 7;
  metrics.add_source([&] {
    return std::vector<Figure>{
        {"homeport_runs", "Runs", Figure::Kind::Gauge, {{{{"state", "a \"b\"\n"}}, waiting}}},
        {"homeport_commits_total", "Commits", Figure::Kind::Counter, {{{}, 3}}},
        {"homeport_nothing", "None", Figure::Kind::Gauge, {}}};
  });
  const std::string text = metrics.text();
  EXPECT_NE(text.find("# TYPE homeport_runs gauge\n"), std::string::npos) << text;
  EXPECT_NE(text.find("homeport_runs{state=\"a \\\"b\\\"\\n\"} 7\n"), std::string::npos) << text;
  EXPECT_NE(text.find("# TYPE homeport_commits_total counter\nhomeport_commits_total 3\n"),
            std::string::npos)
      << text;
  waiting = 8;
  EXPECT_NE(metrics.text().find("\"} 8\n"), std::string::npos);
}

}  // namespace
}  // namespace homeport::api::http
