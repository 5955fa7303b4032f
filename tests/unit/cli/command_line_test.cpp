#include "cli/command_line.hpp"

#include <gtest/gtest.h>

#include "cli/json.hpp"
#include "fake_transport.hpp"
#include "temporary_directory.hpp"

namespace homeport::cli {
namespace {

using testing::CapturedTerminal;
using testing::FakeTransport;
using testing::kWorkspacePath;

/// Runs a command line against a transport that stands for the server.
struct CommandRun {
  FakeTransport transport;
  CapturedTerminal captured;
  testing::TemporaryDirectory folder;

  int operator()(std::vector<std::string> arguments) {
    arguments.insert(arguments.end() - static_cast<long>(behind_dashes(arguments)),
                     {"--url", "http://127.0.0.1:1", "--workspace", "sub/group/ws"});
    auto parsed = parse_command_line(arguments, captured.terminal);
    if (!parsed.invocation.command) {
      return parsed.exit_code;
    }
    Context context{parsed.invocation.options, captured.terminal, transport, {}, folder.path()};
    return parsed.invocation.command(context);
  }

 private:
  static size_t behind_dashes(const std::vector<std::string>& arguments) {
    const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
    return static_cast<size_t>(arguments.end() - dashes);
  }
};

TEST(CommandLine, WrongUseIsExitCodeTwoWithAMessage) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                    {"fly"},
                                                    {"run"},
                                                    {"run", "fly"},
                                                    {"--no-such-flag"},
                                                    {"cluster", "create"},
                                                    {"cluster", "scale", "c"},
                                                    {"run", "submit", "train.py"},
                                                    {"exec"},
                                                    {"up", "--capacity", "0"},
                                                    {"up", "--emulator-port", "10001"},
                                                    {"up", "--emulator", "--emulator-port", "x"},
                                                    {"up", "--tls-cert", "cert.pem"},
                                                    {"up", "--tls-key", "key.pem"}}) {
    CapturedTerminal captured;
    const auto parsed = parse_command_line(arguments, captured.terminal);
    EXPECT_FALSE(parsed.invocation.command) << ::testing::PrintToString(arguments);
    EXPECT_EQ(parsed.exit_code, 2) << ::testing::PrintToString(arguments);
    EXPECT_FALSE(captured.err.str().empty()) << ::testing::PrintToString(arguments);
  }
}

TEST(CommandLine, AWordThatNoCommandKnowsIsNamedWithWhatWasMeant) {
  const struct {
    std::vector<std::string> arguments;
    std::string told;
  } rows[] = {
      {{"run", "submit", "--clutser", "cpu", "train.py"},
       "there is no option homeport run submit --clutser; did you mean --cluster?"},
      {{"run", "sumbit", "--cluster", "cpu"},
       "there is no command homeport run sumbit; did you mean submit?"},
      {{"stauts"}, "there is no command homeport stauts; did you mean status?"},
      {{"run", "list", "--jsno"},
       "there is no option homeport run list --jsno; did you mean --json?"},
      {{"run", "list", "--wombat"}, "there is no option homeport run list --wombat\n"},
      {{"run", "show", "a", "b"}, "homeport run show does not take 'b'"},
      {{"run", "show"}, "run is required"},
      {{"up", "--capacity", "many"}, "--capacity"},
  };
  for (const auto& row : rows) {
    CapturedTerminal captured;
    EXPECT_EQ(parse_command_line(row.arguments, captured.terminal).exit_code, 2);
    EXPECT_NE(captured.err.str().find(row.told), std::string::npos)
        << captured.err.str() << " wants " << row.told;
    EXPECT_NE(captured.err.str().find("--help` for more."), std::string::npos);
  }
}

TEST(CommandLine, HelpSaysWhatTheExitCodesMean) {
  CapturedTerminal captured;
  const auto parsed = parse_command_line({"--help"}, captured.terminal);
  EXPECT_EQ(parsed.exit_code, 0);
  EXPECT_NE(captured.out.str().find("Exit codes:"), std::string::npos);
}

TEST(CommandLine, WhatStandsBehindTheDashesIsNotLookedAt) {
  CapturedTerminal captured;
  const auto parsed = parse_command_line(
      {"exec", "--data-dir", "d", "--", "python", "--json", "--", "x"}, captured.terminal);
  EXPECT_TRUE(parsed.invocation.command);
  EXPECT_FALSE(parsed.invocation.options.json);
  EXPECT_EQ(parsed.invocation.after_dashes,
            (std::vector<std::string>{"python", "--json", "--", "x"}));
  EXPECT_EQ(parsed.invocation.options.data_directory->filename(), "d");
}

TEST(CommandLine, GlobalOptionsMayStandBehindTheCommand) {
  CapturedTerminal captured;
  const auto parsed =
      parse_command_line({"run", "list", "--json", "--url", "http://x"}, captured.terminal);
  EXPECT_TRUE(parsed.invocation.command) << captured.err.str();
  EXPECT_TRUE(parsed.invocation.options.json);
  EXPECT_EQ(parsed.invocation.options.url, "http://x");
}

TEST(RunList, ShowsTheNewestRunsAsATableAndAsJson) {
  CommandRun run;
  run.transport.on(
      "POST /history/v1.0" + kWorkspacePath + "/runs:query", 200,
      R"({"value":[{"runId":"r2","experimentName":"e","status":"Running","target":"cpu"},
                       {"runId":"r1","experimentName":"e","status":"Completed"}]})");

  EXPECT_EQ(run({"run", "list"}), 0) << run.captured.err.str();
  EXPECT_NE(run.captured.out.str().find("r2   e           Running"), std::string::npos)
      << run.captured.out.str();

  run.captured.out.str("");
  EXPECT_EQ(run({"run", "list", "--json"}), 0);
  const auto document = parse_json(run.captured.out.str());
  ASSERT_TRUE(document);
  EXPECT_EQ(text_at(document.value(), "/0/id"), "r2");
  EXPECT_EQ(text_at(document.value(), "/1/status"), "Completed");
}

TEST(RunShow, OfAnUnknownRunIsNotFound) {
  CommandRun run;
  EXPECT_EQ(run({"run", "show", "norun"}), 4);
  EXPECT_NE(run.captured.err.str().find("norun"), std::string::npos);
}

TEST(ClusterCreate, SendsWhatArmWantsAndShowsTheResult) {
  CommandRun run;
  const std::string path = kWorkspacePath + "/computes/cpu";
  const std::string made =
      R"({"name":"cpu","properties":{"provisioningState":"Succeeded","properties":{
          "vmSize":"STANDARD_D2_V2","vmPriority":"LowPriority","allocationState":"Steady",
          "currentNodeCount":0,"targetNodeCount":0,
          "scaleSettings":{"minNodeCount":0,"maxNodeCount":3,"nodeIdleTimeBeforeScaleDown":"PT60S"}}}})";
  bool exists = false;
  run.transport.on("GET " + kWorkspacePath, 200, R"({"location":"lab"})");
  run.transport.on("GET " + path, [&](const HttpCall&) -> base::Result<HttpAnswer> {
    return exists ? HttpAnswer{200, {}, made} : HttpAnswer{404, {}, "{}"};
  });
  run.transport.on("PUT " + path, [&](const HttpCall& call) -> base::Result<HttpAnswer> {
    exists = true;
    const auto body = parse_json(call.body).value();
    EXPECT_EQ(text_at(body, "/location"), "lab");
    EXPECT_EQ(text_at(body, "/properties/computeType"), "AmlCompute");
    EXPECT_EQ(text_at(body, "/properties/properties/vmPriority"), "LowPriority");
    EXPECT_EQ(text_at(body, "/properties/properties/scaleSettings/nodeIdleTimeBeforeScaleDown"),
              "PT60S");
    return HttpAnswer{201, {}, made};
  });

  EXPECT_EQ(run({"cluster", "create", "cpu", "--vm-size", "STANDARD_D2_V2", "--max", "3", "--idle",
                 "60", "--priority", "lowpriority"}),
            0)
      << run.captured.err.str();
  EXPECT_NE(run.captured.out.str().find("0 to 3"), std::string::npos) << run.captured.out.str();
  EXPECT_EQ(run({"cluster", "create", "cpu", "--vm-size", "STANDARD_D2_V2"}), 6);
}

TEST(RunSubmit, RefusesAScriptThatIsNotThere) {
  CommandRun run;
  EXPECT_EQ(run({"run", "submit", "--cluster", "cpu", "nothing.py", "--", "--epochs", "3"}), 2);
  EXPECT_NE(run.captured.err.str().find("nothing.py"), std::string::npos);
  EXPECT_TRUE(run.transport.calls.empty());
}

}  // namespace
}  // namespace homeport::cli
