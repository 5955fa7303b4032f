#include "planner/forecast.hpp"

#include <gmock/gmock.h>

#include "builders.hpp"

namespace homeport::planner::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Forecast : public ::testing::Test {
 protected:
  /// Every queued run takes `length`, every node `start` to be ready.
  void expect(seconds length, seconds start) {
    for (const ClusterView& cluster : input.snapshot.clusters) {
      input.node_start[cluster.id] = start;
      for (const QueuedRun& run : cluster.queue) input.expected[run.key] = length;
    }
  }
  void ends_in(const std::string& node, seconds wait) {
    input.ends.push_back({{domain::NodeId(node)}, kNow + wait, 0});
  }
  /// "run in 60 s" for each that can be told, by its name.
  std::vector<std::string> told() {
    std::vector<std::string> out;
    for (const auto& [run, at] : forecast(input, kNow)) {
      const auto wait = std::chrono::duration_cast<seconds>(at - kNow).count();
      out.push_back(run.run_id.text() + " in " + std::to_string(wait) + " s");
    }
    return out;
  }

  ForecastInput input{{16, {}}, {}, {}, {}};
};

TEST_F(Forecast, ARunStartsWhenTheOneBeforeItEnds) {
  input.snapshot.clusters = {a_cluster("nc6").scale(1, 1).running(1).queue({1, 1})};
  expect(seconds(60), seconds(5));
  ends_in("nc6-0", seconds(20));
  EXPECT_THAT(told(), ElementsAre("nc6-run-1 in 20 s", "nc6-run-2 in 80 s"));
}

TEST_F(Forecast, AnOverdueRunIsExpectedToEndNow) {
  input.snapshot.clusters = {a_cluster("nc6").scale(1, 1).running(1).queue({1})};
  ends_in("nc6-0", seconds(-20));
  EXPECT_THAT(told(), ElementsAre("nc6-run-1 in 0 s"));
}

TEST_F(Forecast, AClusterGrowsForItsRuns) {
  input.snapshot.clusters = {a_cluster("nc6").scale(0, 2).queue({2, 1})};
  expect(seconds(60), seconds(5));
  EXPECT_THAT(told(), ElementsAre("nc6-run-1 in 5 s", "nc6-run-2 in 65 s"));
}

TEST_F(Forecast, ANodeOnItsWayIsWaitedForTheRest) {
  input.snapshot.clusters = {a_cluster("nc6").scale(0, 1).preparing(1).queue({1})};
  input.snapshot.clusters[0].nodes[0].since = kNow - seconds(3);
  expect(seconds(60), seconds(5));
  EXPECT_THAT(told(), ElementsAre("nc6-run-1 in 2 s"));
}

TEST_F(Forecast, AGangWaitsForAllOfItsNodes) {
  input.snapshot.clusters = {a_cluster("nc6").scale(2, 2).running(2).queue({2, 1})};
  expect(seconds(10), seconds(5));
  ends_in("nc6-0", seconds(20));
  ends_in("nc6-1", seconds(40));
  EXPECT_THAT(told(), ElementsAre("nc6-run-1 in 40 s", "nc6-run-2 in 50 s"));
}

TEST_F(Forecast, ThePlacesOfAnotherClusterAreWaitedFor) {
  input.snapshot.capacity = 1;
  input.snapshot.clusters = {a_cluster("busy").scale(0, 1).running(1),
                             a_cluster("nc6").scale(0, 1).queue({1})};
  expect(seconds(60), seconds(5));
  ends_in("busy-0", seconds(30));
  EXPECT_THAT(told(), ElementsAre("nc6-run-1 in 36 s")) << "the other node has to leave first";
}

TEST_F(Forecast, AGpuIsFreeWhenItsRunEnds) {
  input.snapshot.gpus = 1;
  input.snapshot.clusters = {a_cluster("busy").scale(1, 1).running(1),
                             a_cluster("nc6").scale(1, 1).idle(1).queue({1, 1})};
  for (ClusterView& cluster : input.snapshot.clusters) cluster.gpus_per_node = 1;
  expect(seconds(60), seconds(5));
  ends_in("busy-0", seconds(30));
  input.ends.back().gpus = 1;
  EXPECT_THAT(told(), ElementsAre("nc6-run-1 in 30 s", "nc6-run-2 in 90 s"));
}

TEST_F(Forecast, WhatCannotBeToldIsNotTold) {
  input.snapshot.clusters = {a_cluster("nc6").scale(1, 1).running(1).queue({1, 1}),
                             a_cluster("small").scale(0, 1).queue({2})};
  expect(seconds(60), seconds(5));
  EXPECT_THAT(told(), IsEmpty()) << "nobody knows when the run on nc6-0 ends";
  ends_in("nc6-0", seconds(20));
  input.expected.clear();
  EXPECT_THAT(told(), ElementsAre("nc6-run-1 in 20 s")) << "nor how long the next one takes";
}

TEST_F(Forecast, ItsCostIsBounded) {
  input.snapshot.clusters = {a_cluster("nc6").scale(1, 1).idle(1).queue(std::vector<int>(1000, 1))};
  expect(seconds(60), seconds(5));
  input.most_plans = 10;
  EXPECT_EQ(told().size(), 10U);
}

}  // namespace
}  // namespace homeport::planner::testing
