#include "cli/client.hpp"

#include <gtest/gtest.h>

#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "fake_transport.hpp"

namespace homeport::cli {
namespace {

using testing::an_address;
using testing::FakeTransport;

TEST(Client, SendsTheTokenToItsServerAndToNobodyElse) {
  FakeTransport transport;
  transport.on("GET /x", 200, "{}");
  Client client(transport, an_address());

  ASSERT_TRUE(client.get("/x"));
  EXPECT_FALSE(client.exchange("GET", "http://elsewhere/log?sig=1").has_error());

  EXPECT_EQ(transport.calls.at(0).headers.get("Authorization"), "Bearer the-token");
  EXPECT_FALSE(transport.calls.at(1).headers.has("Authorization"));
}

TEST(Client, TurnsTheServicesErrorsIntoOursWithFieldAndCode) {
  struct Row {
    int status;
    ExitCode exit_code;
  };
  for (const Row row :
       {Row{400, ExitCode::Failed}, Row{401, ExitCode::Denied}, Row{403, ExitCode::Denied},
        Row{404, ExitCode::NotFound}, Row{409, ExitCode::Conflict}, Row{500, ExitCode::Failed},
        Row{501, ExitCode::Failed}, Row{503, ExitCode::Unreachable}}) {
    FakeTransport transport;
    transport.on("GET /x", row.status,
                 R"({"error":{"code":"TheCode","message":"the message","target":"field"}})");
    Client client(transport, an_address());
    const auto answer = client.get("/x");
    ASSERT_FALSE(answer);
    EXPECT_EQ(exit_code_of(answer.error()), row.exit_code) << row.status;
    EXPECT_NE(answer.error().message.find("the message"), std::string::npos);
    EXPECT_EQ(answer.error().target, "field");
    EXPECT_EQ(answer.error().reason, "TheCode");
  }
}

TEST(Client, BearsAServerThatIsAwayAndSaysSoOnce) {
  FakeTransport transport;
  int tries = 0;
  transport.on("GET /x", [&tries](const HttpCall&) -> base::Result<HttpAnswer> {
    if (++tries < 4) {
      return base::Error{base::ErrorCode::Unavailable, "refused", {}, {}, {}};
    }
    return HttpAnswer{200, {}, R"({"ok":1})"};
  });
  Client client(transport, an_address());
  std::vector<std::string> said;
  Patience patience;
  patience.total = std::chrono::minutes(10);
  patience.pause = [](std::chrono::milliseconds) { return true; };
  patience.say = [&said](const std::string& text) { said.push_back(text); };
  client.set_patience(patience);

  ASSERT_TRUE(client.get("/x"));

  EXPECT_EQ(tries, 4);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said.front().find("10 minutes"), std::string::npos);
}

TEST(Client, WithoutPatienceSaysHowToStartAServer) {
  FakeTransport transport;
  transport.on("GET /x", [](const HttpCall&) -> base::Result<HttpAnswer> {
    return base::Error{base::ErrorCode::Unavailable, "refused", {}, {}, {}};
  });
  Client client(transport, an_address());

  const auto answer = client.get("/x");

  ASSERT_FALSE(answer);
  EXPECT_EQ(exit_code_of(answer.error()), ExitCode::Unreachable);
  EXPECT_NE(answer.error().message.find("homeport up"), std::string::npos);
}

TEST(Client, LooksUpAWorkspaceThatIsNamedByItsNameAlone) {
  FakeTransport transport;
  transport.on("GET /subscriptions", 200, R"({"value":[{"subscriptionId":"sub"}]})");
  transport.on(
      "GET /subscriptions/sub/providers/Microsoft.MachineLearningServices/workspaces", 200,
      R"({"value":[{"id":"/subscriptions/sub/resourceGroups/g/providers/P/workspaces/other"},
          {"id":"/subscriptions/sub/resourceGroups/g/providers/P/workspaces/Mine"}]})");
  ServerAddress address = an_address();
  address.workspace = {"", "", "mine"};
  Client client(transport, address);

  const auto path = client.own_workspace_path();

  ASSERT_TRUE(path);
  EXPECT_EQ(path.value(),
            "/subscriptions/sub/resourceGroups/g/providers/Homeport.Compute/workspaces/Mine");
}

}  // namespace
}  // namespace homeport::cli
