#include "engine/protocol.hpp"

#include <gtest/gtest.h>

#include "engine/journal_record.hpp"

namespace homeport::engine {
namespace {

AttemptOrder full_order() {
  AttemptOrder order;
  order.run_id = domain::RunId("run_1");
  order.number = 2;
  order.token = "t0k3n";
  order.node_index = 1;
  order.slot = 3;
  order.head = true;
  order.launch_when_prepared = true;
  order.artifacts = "/data/artifacts";
  order.project = "/data/project";
  order.snapshot_zip = "/data/s.zip";
  order.preparation_log = "azureml-logs/55_prep.txt";
  order.mounts = {{"/a", "/b", true}};
  order.downloads = {{"/c", "/d", true}};
  order.uploads = {{"/e", "/f", false}};
  order.environment = {"/env", {{"python3", "-m", "venv", "{dir}"}, {"true"}}, {{"A", "b"}}, "log"};
  order.hosts = "127.0.0.1 localhost\n";
  order.processes = {{"worker",
                      1,
                      {"python", "ü \"quoted\"\n"},
                      {{"X", "1"}, {"Y", ""}},
                      "w.txt",
                      "e.txt",
                      "/work",
                      true}};
  order.run_token_header = "Bearer x";
  order.folders = {{"stdouterr", "/data/share/logs"}};
  order.scratch = {{"/data/own", "/data/seen", true}};
  order.volume_commands = {{order.processes[0], "/data/mounts/v"}};
  order.preparation = order.processes[0];
  order.stays = true;
  order.files = {{"/data/hostfile", "node-0 slots=2\n"}};
  order.door = {"/data/doors", {"node-0", "127.77.0.1"}, "secret", order.processes[0]};
  return order;
}

TEST(Protocol, AnOrderSurvivesTheWay) {
  for (const ToAgent& message :
       {ToAgent(full_order()), ToAgent(Welcome{1, "epoch", "http://127.0.0.1:1"}),
        ToAgent(LaunchAttempt{domain::RunId("r"), "t"}),
        ToAgent(StopAttempt{domain::RunId("r"), "t", {"ps/0"}, 1500}),
        ToAgent(ForgetAttempt{domain::RunId("r"), "t"}), ToAgent(StopNode{})}) {
    const Order order{17, message};
    const auto read = decode_order(encode(order));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read.value(), order);
  }
}

AttemptReport full_report() {
  AttemptReport report;
  report.run_id = domain::RunId("run_1");
  report.token = "t";
  report.phase = AttemptPhase::Ended;
  report.processes = {{"ps", 0, base::TimePoint(base::Duration(5)),
                       base::TimePoint(base::Duration(1'700'000'000'000'001)), 3, 9, "tail"}};
  report.error = "no";
  report.error_log_tail = "why";
  report.warnings = {"w"};
  report.error_code = kPreparationFailed;
  report.error_exit_code = 3;
  return report;
}

TEST(Protocol, WhatAnAgentSaysSurvivesTheWay) {
  for (const FromAgent& message :
       {FromAgent(Hello{1, domain::NodeId("n"), "s", "e", 4, "127.77.0.1", 2, {"limit"}}),
        FromAgent(Heartbeat{7}), FromAgent(full_report())}) {
    const auto read = decode_from_agent(encode(message));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read.value(), message);
  }
}

TEST(Protocol, AJournalRecordSurvivesTheDisk) {
  for (const JournalRecord& record :
       {JournalRecord(ClaimRecord{domain::RunId("r"), 2, "t"}), JournalRecord(full_report()),
        JournalRecord(RequestRecord{3, domain::RunId("r"), "t", "POST", "/x", "Bearer y",
                                    "application/json", "AAA="}),
        JournalRecord(ForwardedRecord{3})}) {
    const auto read = decode_record(encode(record));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read.value(), record);
  }
}

TEST(Protocol, TheConfigurationSurvivesItsFile) {
  AgentConfig config;
  config.node = domain::NodeId("tvm-1");
  config.hidden = {"/secret"};
  config.visible = {"/data/environments"};
  config.namespaces = false;
  const auto read = decode_agent_config(encode(config));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read.value(), config);
}

TEST(Protocol, AFieldOfALaterVersionIsSkippedAndAWrongOneIsNamed) {
  const auto later =
      decode_order(R"({"kind":"welcome","body":{"epoch":"e","new":[1]},"number":0})");
  ASSERT_TRUE(later.has_value());
  EXPECT_EQ(std::get<Welcome>(later.value().message).epoch, "e");
  const auto wrong =
      decode_order(R"({"kind":"start","body":{"environment":{"steps":[["a",1]]}},"number":1})");
  ASSERT_TRUE(wrong.has_error());
  EXPECT_EQ(wrong.error().target, "environment.steps");
  EXPECT_TRUE(decode_order("{").has_error());
  EXPECT_TRUE(decode_order("[]").has_error());
  EXPECT_TRUE(decode_order(R"({"kind":"dance","body":{}})").has_error());
}

}  // namespace
}  // namespace homeport::engine
