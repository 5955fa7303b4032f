#include <gmock/gmock.h>

#include "engine_fixture.hpp"
#include "recording_server.hpp"

namespace homeport::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::RecordingServer;

class Metrics : public EngineTest {
 protected:
  /// Runs Python with `call(method, path, body)`, which prints the status and the answer.
  AttemptOrder python(const std::string& text) {
    AttemptOrder wanted = order({"/usr/bin/python3", "-c",
                                 R"(
import os, urllib.request, urllib.error
def call(method, path, body=None, token='Bearer mine'):
    request = urllib.request.Request(os.environ['ENDPOINT'] + path, method=method,
        data=body.encode() if body else None, headers={'Authorization': token, 'Content-Type': 'application/json'})
    try:
        with urllib.request.urlopen(request) as answer: print(answer.status, answer.read().decode(), flush=True)
    except urllib.error.HTTPError as answer:
        print(answer.code, answer.headers.get('Retry-After'), flush=True)
)" + text});
    wanted.run_token_header = "Bearer mine";
    wanted.endpoint_variables = {{"ENDPOINT", ""}, {"DISCOVERY", "/discovery"}};
    return wanted;
  }
  /// The last word of each body that arrived.
  static std::vector<std::string> bodies(RecordingServer& server) {
    std::vector<std::string> result;
    for (const std::string& request : server.requests()) {
      result.push_back(request.substr(request.find("\r\n\r\n") + 4));
    }
    return result;
  }
  void serve_at(const std::string& url) { engine_->set_server_url(url); }

  const std::string batch_ = "/metric/v2.0/subscriptions/s/runs/run1/batch";
};
INSTANTIATE_TEST_SUITE_P(Node, Metrics, ::testing::Bool(), [](const auto& chosen) {
  return std::string(chosen.param ? "Namespaces" : "Bare");
});

TEST_P(Metrics, AreAnsweredByTheNodeAndArriveInOrder) {
  RecordingServer server;
  serve_at(server.url());
  const AttemptReport report =
      run(start_node(), python("for i in range(3): call('POST', '" + batch_ + "', str(i))\n" +
                               "call('GET', '/history/v1.0/runs/run1/metricsingest/wait')"));
  EXPECT_EQ(report.processes[0].exit_code, 0) << log();
  EXPECT_EQ(log(), "200 {\"errors\":[]}\n200 {\"errors\":[]}\n200 {\"errors\":[]}\n200 {}\n");
  ASSERT_THAT(bodies(server), ElementsAre("0", "1", "2"));
  EXPECT_THAT(server.requests()[0], HasSubstr("POST " + batch_));
  EXPECT_THAT(server.requests()[0], HasSubstr("Authorization: Bearer mine\r\n"));
}

TEST_P(Metrics, OfAScriptThatEndsWhileNoServerIsThereArriveBeforeTheEndIsTold) {
  RecordingServer back(RecordingServer::Begin::Away);
  serve_at(back.url());
  const domain::Node node = start_node();
  const AttemptOrder wanted =
      python("call('POST', '" + batch_ + "', 'a')\ncall('POST', '" + batch_ + "', 'b')");
  engine_->start_attempt(node.id, wanted);
  ASSERT_TRUE(soon([&] { return log() == "200 {\"errors\":[]}\n200 {\"errors\":[]}\n"; }));
  back.come();
  EXPECT_EQ(events_.take_phase(AttemptPhase::Ended, wanted.token).processes[0].exit_code, 0);
  EXPECT_THAT(bodies(back), ElementsAre("a", "b"));
}

TEST_P(Metrics, OfANodeThatDiedAreHandedOnFromItsJournal) {
  RecordingServer back(RecordingServer::Begin::Away);
  serve_at(back.url());
  const domain::Node node = start_node();
  engine_->start_attempt(
      node.id, python("call('POST', '" + batch_ + "', 'kept')\nimport time; time.sleep(60)"));
  ASSERT_TRUE(soon([&] { return log() == "200 {\"errors\":[]}\n"; }));
  ::kill(node.agent_pid, SIGKILL);
  events_.take("lost");
  back.come();
  EXPECT_TRUE(soon([&] { return !back.requests().empty(); }));
  EXPECT_THAT(bodies(back), ElementsAre("kept"));
}

TEST_P(Metrics, ThatTheServerRefusesAreDroppedWithAWarning) {
  RecordingServer server;
  server.answer(400);
  serve_at(server.url());
  const AttemptReport report =
      run(start_node(), python("call('POST', '" + batch_ + "', 'bad')\n" +
                               "call('GET', '/history/v1.0/runs/run1/metricsingest/wait')"));
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("refused POST " + batch_ + " with 400")));
}

TEST_P(Metrics, OtherRequestsGoToTheServerAndBack) {
  RecordingServer server;
  serve_at(server.url());
  run(start_node(), python("call('GET', '/history/v1.0/x?y=1')\n"
                           "call('POST', '" +
                           batch_ + "', 'foreign', 'Bearer other')"));
  EXPECT_EQ(log(), "200 relayed\n200 relayed\n");
  ASSERT_EQ(server.requests().size(), 2u);
  EXPECT_THAT(server.requests()[0], HasSubstr("GET /history/v1.0/x?y=1"));
}

TEST_P(Metrics, OtherRequestsAreToldToComeAgainWhileNoServerIsThere) {
  serve_at("http://127.0.0.1:1");
  run(start_node(), python("call('GET', '/history/v1.0/x')"));
  EXPECT_EQ(log(), "503 1\n");
}

}  // namespace
}  // namespace homeport::engine
