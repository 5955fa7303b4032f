#include "api/batchai/toolkits.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/batchai/mpi.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;
using Words = std::vector<std::string>;

json::object job(int nodes, const char* toolkit) {
  json::object properties{{"nodeCount", nodes}};
  const json::value settings = json::parse(toolkit);
  for (const auto& [key, value] : settings.as_object()) properties[key] = value;
  return properties;
}

Launch launch(int nodes, const char* toolkit) {
  json::object properties = job(nodes, toolkit);
  auto parsed = parse_toolkit(properties);
  EXPECT_TRUE(parsed.has_value()) << toolkit << ": " << parsed.error().message;
  return parsed.has_value() ? std::move(parsed).value() : Launch{};
}

TEST(Toolkits, EachStartsItsDocumentedCommandLine) {
  struct Row {
    int nodes;
    const char* toolkit;
    const char* tool_type;
    domain::Layout layout;
    Words command;
    const char* output;
  };
  const domain::Layout head = domain::HeadLayout{};
  const Row rows[] = {
      {1, R"({"tensorFlowSettings":{"pythonScriptFilePath":"$AZ_BATCHAI_INPUT_SCRIPT/t.py",
            "masterCommandLineArgs":"--a 1"}})",
       "tensorflow", domain::SingleLayout{},
       shell_command("python $AZ_BATCHAI_INPUT_SCRIPT/t.py --a 1"), "stdout-wk-0.txt"},
      {2, R"({"pyTorchSettings":{"pythonScriptFilePath":"p.py","pythonInterpreterPath":"python3",
            "commandLineArgs":"--rank $AZ_BATCHAI_TASK_INDEX","communicationBackend":"gloo"}})",
       "pytorch", domain::RankLayout{2},
       shell_command("python3 p.py --rank $AZ_BATCHAI_TASK_INDEX"), "stdout-{index}.txt"},
      {1, R"({"pyTorchSettings":{"pythonScriptFilePath":"p.py","processCount":4}})", "pytorch",
       domain::RankLayout{4}, shell_command("python p.py"), "stdout-{index}.txt"},
      {2, R"({"caffe2Settings":{"pythonScriptFilePath":"c.py"}})", "caffe2", domain::RankLayout{2},
       shell_command("python c.py"), "stdout-{index}.txt"},
      {1, R"({"cntkSettings":{"configFilePath":"$AZ_BATCHAI_INPUT_CONFIG/c.cntk",
            "commandLineArgs":"stderr=x"}})",
       "cntk", head, shell_command("cntk configFile=$AZ_BATCHAI_INPUT_CONFIG/c.cntk stderr=x"),
       "stdout.txt"},
      {2, R"({"cntkSettings":{"languageType":"BrainScript","configFilePath":"c.cntk",
            "commandLineArgs":"parallelTrain=true"}})",
       "cntk", head, mpi_command("cntk configFile=c.cntk parallelTrain=true", 2), "stdout.txt"},
      {2, R"({"cntkSettings":{"pythonScriptFilePath":"t.py","processCount":8}})", "cntk", head,
       mpi_command("python t.py", 8), "stdout.txt"},
      {1, R"({"caffeSettings":{"configFilePath":"s.prototxt","commandLineArgs":"--gpu=0"}})",
       "caffe", head, shell_command("caffe train --solver=s.prototxt --gpu=0"), "stdout.txt"},
      {2, R"({"caffeSettings":{"pythonScriptFilePath":"c.py"}})", "caffe", head,
       mpi_command("python c.py", 2), "stdout.txt"},
      {2, R"({"chainerSettings":{"pythonScriptFilePath":"c.py","commandLineArgs":"-g"}})",
       "chainer", head, mpi_command("python c.py -g", 2), "stdout.txt"},
      {2, R"({"horovodSettings":{"pythonScriptFilePath":"h.py"}})", "horovod", head,
       mpi_command("python h.py", 2), "stdout.txt"},
      {1, R"({"horovodSettings":{"pythonScriptFilePath":"h.py"}})", "horovod", head,
       mpi_command("python h.py", 1), "stdout.txt"},
      {2, R"({"customMpiSettings":{"commandLine":"echo \"$OMPI_COMM_WORLD_RANK\" 'x y'",
            "processCount":3}})",
       "custommpi", head, mpi_command("echo \"$OMPI_COMM_WORLD_RANK\" 'x y'", 3), "stdout.txt"},
      {2, R"({"customToolkitSettings":{"commandLine":"echo hi | tee x; exit 3"}})", "custom", head,
       shell_command("echo hi | tee x; exit 3"), "stdout.txt"},
  };
  for (const Row& row : rows) {
    const Launch made = launch(row.nodes, row.toolkit);
    EXPECT_EQ(made.tool_type, row.tool_type) << row.toolkit;
    EXPECT_EQ(made.layout, row.layout) << row.toolkit;
    EXPECT_EQ(made.command, row.command) << row.toolkit;
    EXPECT_TRUE(made.role_commands.empty()) << row.toolkit;
    const bool tasks = std::holds_alternative<domain::RankLayout>(made.layout);
    EXPECT_EQ(tasks ? made.logs.process : made.logs.single_process,
              std::string("stdouterr/") + row.output)
        << row.toolkit;
  }
}

TEST(Toolkits, MpiRanksAreStartedFromTheFirstNodeAndReadTheirLineThemselves) {
  const Words words = mpi_command("echo '$HOME'", 5);
  ASSERT_EQ(words.size(), 5U);
  EXPECT_EQ(words[0], "/bin/bash");
  EXPECT_NE(words[2].find("mpirun -n 5 --hostfile \"$AZ_BATCHAI_MPI_HOST_FILE\""),
            std::string::npos);
  EXPECT_EQ(words[4], "echo '$HOME'") << "no quoting that could go wrong";
}

TEST(Toolkits, TheFirstTensorFlowWorkerIsTheMaster) {
  const Launch made = launch(2, R"({"tensorFlowSettings":{"pythonScriptFilePath":"t.py",
    "masterCommandLineArgs":"m","workerCommandLineArgs":"w","parameterServerCommandLineArgs":"p",
    "workerCount":2,"parameterServerCount":1}})");
  EXPECT_EQ(made.layout, (domain::Layout{domain::ParameterServerLayout{2, 1}}));
  const std::vector<domain::RoleCommand> expected{{"worker", 0, shell_command("python t.py m")},
                                                  {"worker", -1, shell_command("python t.py w")},
                                                  {"ps", -1, shell_command("python t.py p")}};
  EXPECT_EQ(made.role_commands, expected);
  EXPECT_EQ(made.logs.process, "stdouterr/stdout-{role}-{index}.txt");
  EXPECT_EQ(made.logs.process_errors, "stdouterr/stderr-{role}-{index}.txt");
  EXPECT_EQ(made.logs.roles.at("worker"), "wk");
}

TEST(Toolkits, CountsThatAreLeftOutFollowTheNodes) {
  EXPECT_EQ(launch(3, R"({"tensorFlowSettings":{"pythonScriptFilePath":"t.py"}})").layout,
            (domain::Layout{domain::ParameterServerLayout{3, 1}}));
  EXPECT_EQ(
      launch(1, R"({"tensorFlowSettings":{"pythonScriptFilePath":"t.py","workerCount":2}})").layout,
      (domain::Layout{domain::ParameterServerLayout{2, 1}}));
  json::object properties = job(2, R"({"cntkSettings":{"pythonScriptFilePath":"t.py"}})");
  ASSERT_TRUE(parse_toolkit(properties).has_value());
  EXPECT_EQ(json::serialize(properties.at("cntkSettings")),
            R"({"pythonScriptFilePath":"t.py","languageType":"Python","processCount":2})");
}

TEST(Toolkits, WhatTheServiceSaysLiesBesideWhatTheProcessesWrite) {
  const Launch one = launch(1, R"({"customToolkitSettings":{"commandLine":"x"}})");
  EXPECT_EQ(one.logs.node_preparation, "stdouterr/execution.log");
  EXPECT_EQ(one.logs.preparation, "stdouterr/stdout-job_prep.txt");
  EXPECT_EQ(one.logs.preparation_errors, "stdouterr/stderr-job_prep.txt");
  EXPECT_EQ(one.logs.single_process_errors, "stdouterr/stderr.txt");
  const Launch two = launch(2, R"({"customToolkitSettings":{"commandLine":"x"}})");
  EXPECT_EQ(two.logs.node_preparation, "stdouterr/execution-{node}.log");
  EXPECT_EQ(two.logs.preparation, "stdouterr/stdout-job_prep-{node}.txt");
}

TEST(Toolkits, WhatCannotBeMeantIsNamed) {
  const std::tuple<int, const char*, const char*> rows[] = {
      {1, "{}", "properties"},
      {1, R"({"customToolkitSettings":{"commandLine":"x"},
             "horovodSettings":{"pythonScriptFilePath":"x"}})",
       "properties.horovodSettings"},
      {1, R"({"cntkSettings":{}})", "properties.cntkSettings.configFilePath"},
      {1, R"({"cntkSettings":{"configFilePath":"a","pythonScriptFilePath":"b"}})",
       "properties.cntkSettings.configFilePath"},
      {1, R"({"cntkSettings":{"languageType":"Python","configFilePath":"a"}})",
       "properties.cntkSettings.languageType"},
      {1, R"({"caffeSettings":{}})", "properties.caffeSettings.configFilePath"},
      {1, R"({"pyTorchSettings":{"pythonScriptFilePath":"a","communicationBackend":"smoke"}})",
       "properties.pyTorchSettings.communicationBackend"},
      {2, R"({"tensorFlowSettings":{"pythonScriptFilePath":"a","parameterServerCount":3}})",
       "properties.tensorFlowSettings.parameterServerCount"},
  };
  for (const auto& [nodes, toolkit, path] : rows) {
    json::object properties = job(nodes, toolkit);
    const auto refused = parse_toolkit(properties);
    ASSERT_TRUE(refused.has_error()) << toolkit;
    EXPECT_EQ(refused.error().target, path) << toolkit;
  }
}

TEST(Toolkits, WorkersShareNoGpu) {
  const domain::Layout three = domain::ParameterServerLayout{3, 1};
  EXPECT_EQ(check_workers(three, 2, 1).error().target, "properties.tensorFlowSettings.workerCount");
  EXPECT_TRUE(check_workers(three, 2, 2).has_value());
  EXPECT_TRUE(check_workers(three, 2, 0).has_value()) << "without GPUs nothing is shared";
}

}  // namespace
}  // namespace homeport::api::batchai
