#include "planner/layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace homeport::planner {
namespace {

const domain::LogNames kNames{"build.txt", "prep-{node}.txt", "driver.txt",
                              "logs/{role}-{index}.txt"};

std::vector<std::string> lines(const std::vector<domain::ProcessRecord>& processes) {
  std::vector<std::string> out;
  for (const auto& process : processes) {
    out.push_back(process.role + "/" + std::to_string(process.index) + " on " +
                  std::to_string(process.node_index) + " into " + process.log_name);
  }
  return out;
}

TEST(Layout, DealsServersThenWorkersOverTheNodes) {
  EXPECT_THAT(lines(lay_out(domain::ParameterServerLayout{3, 1}, kNames, 2)),
              ::testing::ElementsAre(
                  "ps/0 on 0 into logs/ps-0.txt", "worker/0 on 0 into logs/worker-0.txt",
                  "worker/1 on 1 into logs/worker-1.txt", "worker/2 on 0 into logs/worker-2.txt"));
}

TEST(Layout, ASingleProcessHasThePlainLogName) {
  EXPECT_THAT(lines(lay_out(domain::SingleLayout{}, kNames, 1)),
              ::testing::ElementsAre("main/0 on 0 into driver.txt"));
}

TEST(Layout, ASingleLayoutOverSeveralNodesHasOneProcessOnEach) {
  EXPECT_THAT(lines(lay_out(domain::SingleLayout{}, kNames, 2)),
              ::testing::ElementsAre("main/0 on 0 into logs/main-0.txt",
                                     "main/1 on 1 into logs/main-1.txt"));
}

TEST(Layout, AHeadLayoutHasOneProcessOnTheFirstNodeOnly) {
  EXPECT_THAT(lines(lay_out(domain::HeadLayout{}, kNames, 3)),
              ::testing::ElementsAre("main/0 on 0 into driver.txt"));
}

TEST(Layout, RanksAreDealtOutOverTheNodes) {
  EXPECT_THAT(
      lines(lay_out(domain::RankLayout{3}, kNames, 2)),
      ::testing::ElementsAre("rank/0 on 0 into logs/rank-0.txt", "rank/1 on 1 into logs/rank-1.txt",
                             "rank/2 on 0 into logs/rank-2.txt"));
}

TEST(Layout, ErrorsHaveFilesOfTheirOwnWhereTheyAreNamedAndRolesTheNamesOfTheirDialect) {
  domain::LogNames names = kNames;
  names.process_errors = "errors/{role}-{index}.txt";
  names.roles = {{"worker", "wk"}};
  const auto several = lay_out(domain::ParameterServerLayout{1, 1}, names, 2);
  EXPECT_EQ(several[1].log_name, "logs/wk-0.txt");
  EXPECT_EQ(several[1].error_log_name, "errors/wk-0.txt");
  EXPECT_EQ(lay_out(domain::SingleLayout{}, names, 1).front().error_log_name, "");
}

TEST(Layout, TheRunWaitsForAllButTheServers) {
  const auto processes = lay_out(domain::ParameterServerLayout{1, 1}, kNames, 1);
  EXPECT_FALSE(is_counted(processes[0]));
  EXPECT_TRUE(is_counted(processes[1]));
}

}  // namespace
}  // namespace homeport::planner
