#include <gmock/gmock.h>

#include "house.hpp"

namespace homeport::service::control::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Setup : public House {
 protected:
  /// A cluster of one node with a setup; its agent has answered.
  void SetUp() override {
    cluster = a_cluster("nc6", 1, 1);
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto row, tx.clusters().find(cluster));
      row->setup.emplace().command = {"/bin/bash", "-c", "true"};
      return tx.clusters().update(*row);
    });
    inbox->cluster_changed(cluster);
    step();
    ready("nc6-0");
  }
  std::string reason() {
    std::string found;
    write([&](ledger::Transaction& tx) -> base::Result<void> {
      HP_TRY(auto rows, tx.nodes().list_all());
      found = rows.front().reason;
      return base::success();
    });
    return found;
  }

  domain::ClusterId cluster;
};

TEST_F(Setup, ANodeServesRunsWhenItsSetupHasSucceeded) {
  EXPECT_THAT(step(), ElementsAre("start attempt on nc6-0"));
  const engine::AttemptOrder order = engine.started.at("nc6-0");
  EXPECT_TRUE(order.run_id.empty());
  EXPECT_TRUE(order.launch_when_prepared);
  submit(a_run("r1", cluster));
  report("nc6-0", AttemptPhase::Running, {started("setup", 0)});
  EXPECT_THAT(step(), ElementsAre());
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 preparing"));
  report("nc6-0", AttemptPhase::Ended, {ended("setup", 0)});
  EXPECT_THAT(step(), ElementsAre("forget on nc6-0", "start attempt on nc6-0"));
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 running"));
  EXPECT_EQ(engine.started.at("nc6-0").run_id.text(), "r1");
}

TEST_F(Setup, OneThatFailsMakesTheNodeUnusableAndSaysWhy) {
  step();
  report("nc6-0", AttemptPhase::Ended, {ended("setup", 0, 3, "no such package")});
  EXPECT_THAT(step(), ElementsAre("forget on nc6-0"));
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 unusable"));
  EXPECT_EQ(reason(),
            "its setup command ended with exit code 3 (log: its log). Last lines:\n"
            "no such package");
}

TEST_F(Setup, OneThatCannotBePreparedDoesSo) {
  step();
  engine::AttemptReport told = report_of("nc6-0", AttemptPhase::Ended);
  told.error = "cannot mount it";
  told.error_code = engine::kMountFailed;
  inbox->attempt_reported(engine.id_of("nc6-0"), told);
  step();
  EXPECT_EQ(reason(), "its setup failed: cannot mount it");
}

TEST_F(Setup, OneThatCannotBeComposedDoesSo) {
  composer.error = base::permission_denied("the key is wrong");
  EXPECT_THAT(step(), ElementsAre());
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 unusable"));
  EXPECT_EQ(reason(), "its setup cannot begin: the key is wrong");
}

TEST_F(Setup, ARestartedServerTakesItUp) {
  step();
  const std::string token = engine.started.at("nc6-0").token;
  make_loop();
  ready("nc6-0");
  EXPECT_THAT(step(), ElementsAre("start attempt on nc6-0"));
  EXPECT_EQ(engine.started.at("nc6-0").token, token) << "so its agent does not run it twice";
  report("nc6-0", AttemptPhase::Ended, {ended("setup", 0)});
  step();
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 idle"));
  make_loop();
  ready("nc6-0");
  EXPECT_THAT(step(), ElementsAre()) << "what is done is done";
}

TEST_F(Setup, AReportThatComesLateChangesNothing) {
  step();
  report("nc6-0", AttemptPhase::Ended, {ended("setup", 0)});
  step();
  report("nc6-0", AttemptPhase::Ended, {ended("setup", 0, 3)});
  EXPECT_THAT(step(), ElementsAre("forget on nc6-0"));
  EXPECT_THAT(nodes(), ElementsAre("nc6-0 idle"));
}

}  // namespace
}  // namespace homeport::service::control::testing
