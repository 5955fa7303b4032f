#include "cli/submission.hpp"

#include <gtest/gtest.h>

#include "cli/json.hpp"
#include "fake_transport.hpp"

namespace homeport::cli {
namespace {

Submission a_submission() {
  Submission submission;
  submission.run_id = "exp_1_abcd";
  submission.experiment = "exp";
  submission.cluster = "cpu";
  submission.nodes = 2;
  submission.script = "train.py";
  submission.arguments = {"--epochs", "3"};
  submission.variables = {{"A", "1"}};
  return submission;
}

TEST(RunDefinition, TakesTheInterpreterAsItIsWhereNoPackageIsAskedFor) {
  const auto document = parse_json(run_definition(a_submission())).value();
  EXPECT_EQ(text_at(document, "/configuration/target"), "cpu");
  EXPECT_EQ(text_at(document, "/configuration/nodeCount"), "2");
  EXPECT_EQ(text_at(document, "/configuration/arguments/1"), "3");
  EXPECT_EQ(text_at(document, "/configuration/environment/environmentVariables/A"), "1");
  EXPECT_EQ(text_at(document, "/configuration/environment/python/userManagedDependencies"), "true");
}

TEST(RunDefinition, AsksForAnEnvironmentWithTheNamedPackages) {
  Submission submission = a_submission();
  submission.pip_packages = {"numpy>=1.20", "azureml-defaults"};
  const auto document = parse_json(run_definition(submission)).value();
  EXPECT_EQ(text_at(document, "/configuration/environment/python/userManagedDependencies"),
            "false");
  EXPECT_EQ(
      text_at(document, "/configuration/environment/python/condaDependencies/dependencies/1/pip/0"),
      "numpy>=1.20");
}

TEST(Submit, SendsDefinitionAndProjectUnderItsRunId) {
  testing::FakeTransport transport;
  transport.on("POST /execution/v1.0" + testing::kWorkspacePath + "/experiments/exp/startrun",
               [](const HttpCall& call) -> base::Result<HttpAnswer> {
                 EXPECT_TRUE(call.url.ends_with("?runId=exp_1_abcd"));
                 EXPECT_NE(
                     call.body.find("name=\"runDefinitionFile\"; filename=\"definition.json\""),
                     std::string::npos);
                 EXPECT_NE(call.body.find("PK-bytes\r\n--"), std::string::npos);
                 return HttpAnswer{200, {}, R"({"runId":"exp_1_abcd"})"};
               });
  Client client(transport, testing::an_address());

  const auto id = submit(client, a_submission(), "PK-bytes");

  ASSERT_TRUE(id);
  EXPECT_EQ(id.value(), "exp_1_abcd");
}

TEST(ExperimentName, IsMadeOfWhatAFolderIsCalled) {
  EXPECT_EQ(experiment_name_of("my project!"), "my-project-");
  EXPECT_EQ(experiment_name_of(".hidden"), "hidden");
  EXPECT_EQ(experiment_name_of("/"), "default");
}

}  // namespace
}  // namespace homeport::cli
