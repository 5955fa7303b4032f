#include <gtest/gtest.h>

#include <cmath>

#include "api/web/chart.hpp"
#include "api/web/html.hpp"
#include "api/web/routes.hpp"
#include "base/text.hpp"
#include "fake_clock.hpp"
#include "temporary_directory.hpp"

namespace homeport::api::web {
namespace {

/// The pages over a server that knows one workspace with one run.
class Pages : public ::testing::Test {
 protected:
  Pages() {
    add_web_routes(router_, sessions_, [this](http::Request request) { return answer(request); });
  }

  http::Response get(const std::string& path, const std::string& cookie = "") {
    http::Request request;
    request.method = "GET";
    const size_t question = std::min(path.find('?'), path.size());
    request.path = path.substr(0, question);
    if (question < path.size()) {
      const size_t equals = path.find('=');
      request.query = {{path.substr(question + 1, equals - question - 1),
                        base::percent_decode(path.substr(equals + 1)).value()}};
    }
    request.scheme = "http";
    request.host = "here";
    request.headers.set("Cookie", cookie);
    request.headers.set("Sec-Fetch-Site", site_);
    const auto match = router_.find("GET", request.path);
    return match.handler == nullptr ? http::text_response(404, "", "")
                                    : (*match.handler)(request, match.parameters);
  }

  std::string log_in() {
    const auto response = get(sessions_.make_login_link("").path);
    const std::string cookie(response.headers.get("Set-Cookie"));
    return cookie.substr(0, cookie.find(';'));
  }

  static const std::string& text_of(const http::Response& response) {
    return std::get<std::string>(response.body);
  }

  const std::string kLog = "<b>step</b> 1\n";
  std::string status_ = "Running";
  std::string site_ = "none";

 private:
  http::Response answer(const http::Request& request) {
    if (request.path.find("/acct/") == 0) {
      auto response = http::text_response(request.method == "HEAD" ? 200 : 206, "text/plain", kLog);
      response.headers.set("Content-Length", std::to_string(kLog.size()));
      return response;
    }
    if (!sessions_.authenticate(request)) {
      return http::json_response(401, R"({"error":{"message":"who are you"}})");
    }
    const std::string what = request.method + " " + request.path;
    for (const auto& [ending, body] : answers()) {
      if (what.ends_with(ending)) {
        return http::json_response(200, body);
      }
    }
    return http::json_response(404, R"({"error":{"message":"nothing there"}})");
  }

  std::vector<std::pair<std::string, std::string>> answers() const {
    return {
        {"GET /subscriptions", R"({"value":[{"subscriptionId":"s"}]})"},
        {"/providers/Microsoft.MachineLearningServices/workspaces",
         R"({"value":[{"id":"/subscriptions/s/resourceGroups/g/providers/P/workspaces/w","name":"w",
             "properties":{"workspaceId":"w-id"}}]})"},
        {"GET "
         "/history/v1.0/subscriptions/s/resourceGroups/g/providers/P/workspaces/w/runs/r%3C1%3E",
         R"({"runId":"r<1>","experimentName":"e","target":"cpu"})"},
        {"/runs/r%3C1%3E/details",
         R"({"status":")" + status_ +
             R"(","logFiles":{"azureml-logs/70_driver_log.txt":"http://here/acct/log?sig=1"},
                "warnings":[{"message":"runs on the <CPU>"}]})"},
        {"/listNodes", R"({"nodes":[{"nodeId":"tvm-1","nodeState":"running","runId":"r<1>"},
                                    {"nodeId":"tvm-2","nodeState":"idle"}]})"},
        {"/list", R"({"value":[{"metricKey":{"name":"loss"}}]})"},
        {"/full",
         R"({"value":[{"data":{"loss":0.5}},{"data":{"loss":NaN}},{"data":{"loss":0.25}}]})"},
        {"/computes", R"({"value":[{"name":"cpu","properties":{"properties":{"vmSize":"D2"}}}]})"},
        {"/runs:query", R"({"value":[{"runId":"r<1>","status":"Running"}]})"},
    };
  }

  homeport::testing::TemporaryDirectory folder_;
  homeport::testing::FakeClock clock_;
  std::unique_ptr<security::Keyring> keyring_ =
      std::move(security::Keyring::open(folder_.path() / "secrets").value());
  WebSessions sessions_{*keyring_, clock_};
  http::Router router_;
};

TEST_F(Pages, WithoutASessionSayHowToGetInAndNothingElse) {
  const auto response = get("/web/runs/w/r%3C1%3E");
  EXPECT_EQ(response.status, 401);
  EXPECT_NE(text_of(response).find("homeport login"), std::string::npos);
  EXPECT_EQ(text_of(response).find("step"), std::string::npos);
}

TEST_F(Pages, ARunShowsStateNodesMetricsAndLogsAsText) {
  const auto response = get("/web/runs/W/r%3C1%3E", log_in());
  ASSERT_EQ(response.status, 200) << text_of(response);
  const std::string& html = text_of(response);
  for (const char* part : {"r&lt;1&gt;", "Running", "tvm-1", "loss", "0.25", "<svg",
                           "&lt;b&gt;step&lt;/b&gt; 1", "runs on the &lt;CPU&gt;", "data-live"}) {
    EXPECT_NE(html.find(part), std::string::npos) << part << " in\n" << html;
  }
  EXPECT_EQ(html.find("tvm-2"), std::string::npos) << "a node of another run";
  EXPECT_NE(response.headers.get("Content-Security-Policy").find("default-src 'none'"),
            std::string_view::npos);
}

TEST_F(Pages, TheWholeLogIsALinkAwayAndComesAsText) {
  const std::string cookie = log_in();
  const std::string link = "/web/runs/w-id/r%3C1%3E/log?name=azureml-logs%2F70_driver_log.txt";
  EXPECT_NE(text_of(get("/web/runs/W/r%3C1%3E", cookie)).find("href=\"" + link + "\""),
            std::string::npos);
  const auto response = get(link, cookie);
  EXPECT_EQ(text_of(response), kLog);
  EXPECT_EQ(response.headers.get("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(response.headers.get("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(get(link).status, 401);
  EXPECT_EQ(get("/web/runs/w/r%3C1%3E/log?name=another", cookie).status, 404);
  EXPECT_EQ(get("/web/runs/w/other/log?name=x", cookie).status, 404);
}

TEST_F(Pages, ARunThatHasEndedIsNotLoadedAgain) {
  status_ = "Completed";
  const auto response = get("/web/runs/w-id/r%3C1%3E", log_in());
  EXPECT_NE(text_of(response).find("Completed"), std::string::npos);
  EXPECT_EQ(text_of(response).find("data-live"), std::string::npos);
}

TEST_F(Pages, AnUnknownRunOrWorkspaceIsNotFound) {
  const std::string cookie = log_in();
  EXPECT_EQ(get("/web/runs/w/other", cookie).status, 404);
  EXPECT_EQ(get("/web/runs/elsewhere/r", cookie).status, 404);
}

TEST_F(Pages, TheFirstPageListsClustersAndRuns) {
  const auto response = get("/web/", log_in());
  ASSERT_EQ(response.status, 200) << text_of(response);
  EXPECT_NE(text_of(response).find("cpu"), std::string::npos);
  EXPECT_NE(text_of(response).find("href=\"/web/runs/w-id/r%3C1%3E\""), std::string::npos);
}

TEST_F(Pages, ALinkFromAnotherSiteIsAskedForOnceMoreFromHere) {
  site_ = "cross-site";
  const auto response = get("/web/runs/w/r%3C1%3E");
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(text_of(response).find("http-equiv=\"refresh\""), std::string::npos);
}

TEST(LineChart, HasGapsForWhatIsNoNumberAndStaysSmall) {
  std::vector<double> values(100'000, 1.0);
  values[5] = NAN;
  values[77'777] = 9;
  const std::string svg = line_chart(values);
  EXPECT_LT(svg.size(), 20'000U);
  EXPECT_NE(svg.find("max 9"), std::string::npos);
  EXPECT_EQ(line_chart({1.0}), "");
}

TEST(EscapeHtml, LeavesNothingThatABrowserActsOn) {
  EXPECT_EQ(escape_html("<a href=\"x\">&'\x01"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;?");
  EXPECT_EQ(escape_html("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(escape_html("\xFF!"), "?!");
}

}  // namespace
}  // namespace homeport::api::web
