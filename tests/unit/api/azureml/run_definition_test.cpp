#include "api/azureml/run_definition.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace homeport::api::azureml {
namespace {

base::Result<ParsedDefinition> parse(const std::string& configuration) {
  return parse_run_definition(
      boost::json::parse(R"({"Configuration":)" + configuration + "}").as_object());
}

TEST(RunDefinition, AParameterServerRunOfTheGuideIsRead) {
  const auto parsed = parse(R"({
    "Script":"tf_mnist_replica.py","arguments":["--train_steps",500,"--input_data","$AZUREML_DATAREFERENCE_d"],
    "framework":"TensorFlow","communicator":"ParameterServer","target":"nc6","nodeCount":2,
    "tensorflow":{"workerCount":2,"parameterServerCount":1},"maxRunDurationSeconds":null,
    "dataReferences":{"d":{"dataStoreName":"workspaceblobstore","mode":"Mount","pathOnDataStore":"mnist_dataset/mnist.npz"}},
    "environment":{"python":{"condaDependencies":{"dependencies":["python=3.6.2","numpy",
      {"pip":["tensorflow-gpu==1.13.1","--extra-index-url https://example.org/simple"]}]}},
      "environmentVariables":{"A":"1"},"docker":{"gpuSupport":true,"baseImage":"mcr.microsoft.com/azureml/base:0.2.1"}}})");
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  const domain::RunSpec& spec = parsed.value().spec;
  EXPECT_EQ(spec.script, "tf_mnist_replica.py");
  EXPECT_EQ(spec.arguments[1], "500");
  EXPECT_EQ(spec.layout, (domain::Layout{domain::ParameterServerLayout{2, 1}}));
  EXPECT_EQ(spec.node_count, 2);
  EXPECT_FALSE(spec.max_duration.has_value());
  ASSERT_EQ(spec.data.size(), 1U);
  EXPECT_EQ(spec.data[0].path_on_datastore, "mnist_dataset/mnist.npz");
  EXPECT_EQ(spec.environment.python_version, "3.6.2");
  EXPECT_EQ(spec.environment.conda_packages, std::vector<std::string>{"numpy"});
  EXPECT_EQ(spec.environment.pip_packages, std::vector<std::string>{"tensorflow-gpu==1.13.1"});
  EXPECT_EQ(spec.environment.pip_options,
            (std::vector<std::string>{"--extra-index-url", "https://example.org/simple"}));
  EXPECT_TRUE(spec.environment.use_gpu);
  EXPECT_EQ(spec.environment.container_image, "") << "the service's own image was not asked for";
  EXPECT_EQ(spec.logs.process, "azureml-logs/70_driver_log_{role}_{index}.txt");
}

TEST(RunDefinition, ProcessesOfPyTorchKnowTheirRank) {
  const std::pair<const char*, int> rows[] = {
      {R"({"script":"a.py","target":"c","communicator":"Gloo","nodeCount":2})", 2},
      {R"({"script":"a.py","target":"c","communicator":"Nccl","nodeCount":2,"pyTorch":{"processCount":8}})",
       8},
      {R"({"script":"a.py","target":"c","communicator":"nccl","pyTorch":{"processCount":null}})",
       1}};
  for (const auto& [text, processes] : rows) {
    const auto parsed = parse(text);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.value().spec.layout, domain::Layout(domain::RankLayout{processes})) << text;
    EXPECT_EQ(parsed.value().spec.logs.process, "azureml-logs/70_driver_log_{index}.txt");
  }
}

TEST(RunDefinition, WhatIsNotBuiltIsNamed) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"script":"a.py","target":"c","communicator":"IntelMpi"})", "IntelMpi"},
      {R"({"script":"a.py","target":"c","framework":"PySpark"})", "PySpark"},
      {R"({"script":"a.py","target":"local"})", "local"},
      {R"({"script":"a.py","target":"c","data":{"x":{}}})", "data"}};
  for (const auto& [text, name] : rows) {
    const auto parsed = parse(text);
    ASSERT_TRUE(parsed.has_error()) << text;
    EXPECT_EQ(parsed.error().code, base::ErrorCode::NotImplemented) << text;
    EXPECT_NE(parsed.error().message.find(name), std::string::npos) << parsed.error().message;
  }
}

TEST(RunDefinition, RanksOfMpiAreStartedByMpirunFromTheFirstNode) {
  using Words = std::vector<std::string>;
  const auto words = [](int ranks, const std::string& of_node, Words rest) {
    Words line{"mpirun",
               "-n",
               std::to_string(ranks),
               "--hostfile",
               "$AZ_BATCHAI_MPI_HOST_FILE",
               "--map-by",
               "ppr:" + of_node + ":node",
               "--oversubscribe"};
    line.insert(line.end(), rest.begin(), rest.end());
    return line;
  };
  struct Row {
    const char* text;
    Words command;
    const char* script;
  };
  const Row rows[] = {
      {R"({"script":"a.py","target":"c","communicator":"Mpi"})", words(1, "1", {}), "a.py"},
      {R"({"script":"a.py","target":"c","communicator":"OpenMpi","nodeCount":3,
           "mpi":{"processCountPerNode":2,"nodeCount":3}})",
       words(6, "2", {}), "a.py"},
      {R"({"command":"echo $X | cat","target":"c","communicator":"Mpi"})",
       words(1, "1", {"/bin/sh", "-c", "echo $$X | cat"}), ""},
      {R"({"command":["run","$X"],"target":"c","communicator":"Mpi"})",
       words(1, "1", {"run", "$X"}), ""}};
  for (const Row& row : rows) {
    const auto parsed = parse(row.text);
    ASSERT_TRUE(parsed.has_value()) << row.text << parsed.error().message;
    EXPECT_EQ(parsed.value().spec.layout, domain::Layout(domain::HeadLayout{})) << row.text;
    EXPECT_EQ(parsed.value().spec.command, row.command) << row.text;
    EXPECT_EQ(parsed.value().spec.script, row.script) << row.text;
  }
}

TEST(RunDefinition, WrongFieldsAreNamed) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"script":"a.py"})", "target"},
      {R"({"script":7,"target":"c"})", "script"},
      {R"({"script":"a.py","target":"c","nodeCount":"two"})", "nodeCount"},
      {R"({"script":"a.py","target":"c","communicator":"Mpi","mpi":{"processCountPerNode":0}})",
       "mpi.processCountPerNode"},
      {R"({"script":"a.py","target":"c","communicator":"Mpi","mpi":{"processCountPerNode":"x"}})",
       "processCountPerNode"},
      {R"({"script":"a.py","target":"c","dataReferences":{"d":{"mode":"Teleport"}}})",
       "dataReferences.d.mode"}};
  for (const auto& [text, target] : rows) {
    const auto parsed = parse(text);
    ASSERT_TRUE(parsed.has_error()) << text;
    EXPECT_EQ(parsed.error().target, target) << text;
  }
}

}  // namespace
}  // namespace homeport::api::azureml
