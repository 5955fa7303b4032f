#include "api/azureml/run_filter.hpp"

#include <gtest/gtest.h>

namespace homeport::api::azureml {
namespace {

domain::Run a_run() {
  domain::Run run;
  run.id = domain::RunId("exp_1");
  run.state = domain::RunState::Running;
  run.target = "cpu1";
  run.run_type = "azureml.scriptrun";
  run.tags = {{"phase", "two words"}, {"empty", ""}};
  run.properties = {{"azureml.runsource", "hyperdrive"}};
  run.created_at = base::TimePoint(std::chrono::seconds(1'577'934'246));  // 2020-01-02T03:04:06Z
  return run;
}

struct Row {
  const char* filter;
  bool takes;
};

class RunFilter : public ::testing::TestWithParam<Row> {};

TEST_P(RunFilter, TakesOrLeavesTheRun) {
  const auto predicate = parse_run_filter(GetParam().filter);
  ASSERT_TRUE(predicate.has_value()) << GetParam().filter;
  EXPECT_EQ(predicate.value()(a_run()), GetParam().takes) << GetParam().filter;
}

INSTANTIATE_TEST_SUITE_P(
    Sent, RunFilter,
    ::testing::Values(
        Row{"", true}, Row{"(RunId eq exp_1) or (RunId eq other)", true},
        Row{"RunId eq other", false}, Row{"(Status eq Running)", true},
        Row{"(Status eq Running) and (Target eq cpu2)", false}, Row{"(Target eq cpu1)", true},
        Row{"(Properties/azureml.runsource eq \"hyperdrive\")", true},
        Row{"(Properties/k ne null or Properties/k eq null)", false},
        Row{"(Tags/phase ne null or Tags/phase eq null)", true},
        Row{"(Tags/empty ne null or Tags/empty eq null)", true}, Row{"EndTimeUtc eq null", true},
        Row{"(Properties/k ne null)", false}, Row{"(Properties/k eq null)", false},
        Row{"(Tags/phase eq \"two words\")", true}, Row{"(Tags/phase ne 'two words')", false},
        Row{"CreatedUtc gt 2020-01-02T03:04:05.000000Z", true},
        Row{"CreatedUtc lt 2020-01-02T03:04:05Z", false},
        Row{"(RunType eq hyperdrive or Properties/azureml.runsource eq hyperdrive)", true},
        Row{"RunId contains exp", true},
        Row{"Status eq Failed or Status eq Running and Target eq cpu1", true}));

TEST(RunFilterText, WhatCannotBeReadIsRefusedByName) {
  for (const char* bad : {"(RunId eq a", "RunId", "RunId is a", "Weather eq rain", "RunId eq a b",
                          ")", "RunId eq a or"}) {
    const auto predicate = parse_run_filter(bad);
    ASSERT_TRUE(predicate.has_error()) << bad;
    EXPECT_EQ(predicate.error().target, "filter") << bad;
  }
  EXPECT_TRUE(parse_run_filter(std::string(5000, '(')).has_error());
}

}  // namespace
}  // namespace homeport::api::azureml
