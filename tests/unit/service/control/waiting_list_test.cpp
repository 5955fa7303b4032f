#include "service/control/waiting_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/control/journaled_map.hpp"
#include "service/control/port_lease.hpp"

namespace homeport::service::control {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const domain::ClusterId kCluster{"nc6"};

SharedRun a_run(const std::string& id, uint64_t order, int nodes = 1, int priority = 0) {
  domain::Run run;
  run.id = domain::RunId(id);
  run.workspace_id = domain::WorkspaceId("ws");
  run.queue_order = order;
  run.spec.emplace();
  run.spec->cluster_id = kCluster;
  run.spec->node_count = nodes;
  run.spec->priority = priority;
  return std::make_shared<const domain::Run>(std::move(run));
}

std::vector<std::string> front(const WaitingList& list, int max_nodes) {
  std::vector<std::string> out;
  for (const auto& run : list.front(kCluster, max_nodes)) out.push_back(run.key.run_id.text());
  return out;
}

planner::Outlook outlook() {
  planner::Outlook made;
  made.cluster_id = kCluster;
  made.name = "nc6";
  made.vm_size = "STANDARD_NC6";
  made.max_nodes = 4;
  made.machine_room = 16;
  made.running = 4;
  made.target = 4;
  return made;
}

TEST(WaitingList, IsInOrderOfPriorityThenOfSubmit) {
  WaitingList list;
  list.add(a_run("late", 3));
  list.add(a_run("early", 1));
  list.add(a_run("urgent", 9, 1, 5));
  EXPECT_THAT(front(list, 4), ElementsAre("urgent", "early", "late"));
}

TEST(WaitingList, GivesNoMoreThanTheClusterCouldServe) {
  WaitingList list;
  for (uint64_t i = 0; i < 10'000; ++i) list.add(a_run("r" + std::to_string(i), i));
  EXPECT_EQ(front(list, 4).size(), 5U);
  EXPECT_EQ(list.size(), 10'000U);
}

TEST(WaitingList, ChangesCanBeTakenBack) {
  WaitingList list;
  list.add(a_run("kept", 1));
  list.keep();
  list.remove(key_of(*a_run("kept", 1)));
  list.add(a_run("added", 2));
  list.take_back();
  EXPECT_THAT(front(list, 4), ElementsAre("kept"));
}

TEST(WaitingList, SaysWhyWithThePositionInTheQueue) {
  WaitingList list;
  list.add(a_run("a", 1));
  list.add(a_run("b", 2, 2));
  list.set_outlooks({outlook()});
  EXPECT_EQ(list.why(key_of(*a_run("b", 2))),
            "waits for 2 nodes of STANDARD_NC6 in nc6; 2nd in the queue; earlier runs come first");
  EXPECT_THAT(list.why(key_of(*a_run("a", 1))).value(), HasSubstr("4 of at most 4 busy"));
  EXPECT_EQ(list.why(key_of(*a_run("unknown", 1))), std::nullopt);
  EXPECT_EQ(list.target_nodes(kCluster), 4);
}

TEST(JournaledMap, ListsAndTakesBackItsChanges) {
  JournaledMap<int, std::string> map;
  map.put(1, "one");
  map.put(2, "two");
  map.keep();
  *map.edit(1) = "ONE";
  map.erase(2);
  map.put(3, "three");
  EXPECT_EQ(map.before().size(), 3U);
  EXPECT_EQ(map.edit(9), nullptr);
  map.take_back();
  EXPECT_EQ(map.all(), (std::map<int, std::string>{{1, "one"}, {2, "two"}}));
}

TEST(PortLease, GoesRoundTheRangeAndGivesNothingTwice) {
  PortLease ports(100, 103, [](int port) { return port != 101; });
  std::set<int> taken;
  EXPECT_EQ(ports.lease(2, taken), (std::vector<int>{100, 102}));
  EXPECT_EQ(ports.lease(2, taken), std::nullopt) << "only one is left";
  taken.clear();
  EXPECT_EQ(ports.lease(1, taken).value().size(), 1U);
}

}  // namespace
}  // namespace homeport::service::control
