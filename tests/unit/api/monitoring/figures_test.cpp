#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "api/monitoring/process_figures.hpp"
#include "api/monitoring/server_figures.hpp"
#include "api/monitoring/service_figures.hpp"
#include "builders.hpp"
#include "fake_clock.hpp"
#include "ledger/memory/memory_ledger.hpp"
#include "objects/local_object_store.hpp"
#include "security/tokens.hpp"
#include "temporary_directory.hpp"

namespace homeport::api::monitoring {
namespace {

using testing::a_run;
using testing::kCluster;
using testing::kWorkspace;
using testing::moment;

/// "homeport_nodes{cluster=cpu,state=Idle}" (only the labels that `of` names) → value; nullopt if
/// there is none or more than one.
std::optional<double> value_of(const std::vector<http::Figure>& figures, const std::string& name,
                               const http::Figure::Labels& of = {}) {
  std::optional<double> found;
  for (const http::Figure& figure : figures) {
    if (figure.name != name) continue;
    for (const http::Figure::Value& value : figure.values) {
      const bool fits = std::all_of(of.begin(), of.end(), [&](const auto& label) {
        return std::count(value.labels.begin(), value.labels.end(), label) == 1;
      });
      if (!fits) continue;
      if (found) return std::nullopt;
      found = value.value;
    }
  }
  return found;
}

class QuietSignals final : public service::ControlSignals {
 public:
  void run_submitted(const domain::WorkspaceId&, const domain::RunId&) override {}
  void run_cancel_requested(const domain::WorkspaceId&, const domain::RunId&) override {}
  void cluster_changed(const domain::ClusterId&) override {}
  void node_evicted(const domain::NodeId&, const std::string&, std::chrono::milliseconds) override {
  }
  void operation_started() override {}
  std::optional<std::string> why(const domain::WorkspaceId&, const domain::RunId&) const override {
    return std::nullopt;
  }
};

/// A ledger that cannot be read.
class DeafLedger final : public ledger::Ledger {
 public:
  base::Result<void> write(Work) override { return gone(); }
  void write_async(Work, Done done) override { done(gone()); }
  base::Result<void> read(Work) override { return gone(); }
  void on_fatal(std::function<void(std::string)>) override {}

 private:
  static base::Error gone() { return {base::ErrorCode::Unavailable, "gone", {}, {}, {}}; }
};

class ServiceFigures : public ::testing::Test {
 protected:
  std::vector<http::Figure> read(ledger::Ledger& ledger) {
    return service_figures({ledger, *objects_, clock_, *keyring_, signals_, folder_.path(), 16, 0});
  }
  void write(ledger::Ledger::Work work) { ASSERT_TRUE(ledger_.write(std::move(work))); }

  testing::TemporaryDirectory folder_;
  testing::FakeClock clock_;
  ledger::MemoryLedger ledger_;
  std::unique_ptr<security::Keyring> keyring_ =
      security::Keyring::open(folder_.path() / "secrets").value();
  std::unique_ptr<objects::LocalObjectStore> objects_ =
      objects::LocalObjectStore::open(folder_.path() / "objects", clock_).value();
  QuietSignals signals_;
};

TEST_F(ServiceFigures, OfAnEmptyServiceAreZeroForEveryState) {
  const auto figures = read(ledger_);
  EXPECT_EQ(value_of(figures, "homeport_ledger_up"), 1);
  EXPECT_EQ(value_of(figures, "homeport_clusters"), 0);
  EXPECT_EQ(value_of(figures, "homeport_node_capacity"), 16);
  EXPECT_EQ(value_of(figures, "homeport_leased_gpus"), 0);
  for (const char* state :
       {"NotStarted", "Queued", "Preparing", "Starting", "Running", "NotResponding",
        "CancelRequested", "Finalizing", "Completed", "Failed", "Canceled"}) {
    EXPECT_EQ(value_of(figures, "homeport_runs", {{"state", state}}), 0) << state;
  }
}

TEST_F(ServiceFigures, CountRunsNodesAndQueues) {
  write([](ledger::Transaction& t) -> base::Result<void> {
    HP_TRYV(t.workspaces().insert(testing::a_workspace()));
    HP_TRYV(t.clusters().insert(testing::a_cluster()));
    HP_TRYV(t.nodes().insert(
        testing::a_node(0, [](auto& n) { n.state = domain::NodeState::Running; })));
    HP_TRYV(t.nodes().insert(
        testing::a_node(1, [](auto& n) { n.state = domain::NodeState::Unusable; })));
    for (const auto& [id, state] :
         {std::pair("w1", domain::RunState::Queued), std::pair("r1", domain::RunState::Running),
          std::pair("d1", domain::RunState::Completed)}) {
      HP_TRYV(t.runs().insert(a_run(id, [&](domain::Run& r) { r.state = state; })));
    }
    HP_TRYV(t.runs().insert(a_run("w2", [](domain::Run& r) { r.target = "CPU"; })));
    HP_TRYV(t.runs().insert(a_run("gone", [](domain::Run& r) { r.target = "no such cluster"; })));
    return base::success();
  });
  clock_.jump_wall(moment(10) + std::chrono::seconds(90) - clock_.wall());
  const auto figures = read(ledger_);
  EXPECT_EQ(value_of(figures, "homeport_workspaces"), 1);
  EXPECT_EQ(value_of(figures, "homeport_clusters"), 1);
  EXPECT_EQ(value_of(figures, "homeport_runs", {{"state", "Queued"}}), 3);
  EXPECT_EQ(value_of(figures, "homeport_runs", {{"state", "Running"}}), 1);
  EXPECT_EQ(value_of(figures, "homeport_runs", {{"state", "Completed"}}), 1);
  const http::Figure::Labels cpu{{"workspace", "work"}, {"cluster", "cpu"}};
  const auto nodes = [&](const char* state) {
    auto labels = cpu;
    labels.emplace_back("state", state);
    return value_of(figures, "homeport_nodes", labels);
  };
  EXPECT_EQ(nodes("running"), 1);
  EXPECT_EQ(nodes("unusable"), 1);
  EXPECT_EQ(nodes("idle"), 0);
  EXPECT_EQ(value_of(figures, "homeport_waiting_runs", cpu), 2) << "a name's case does not count";
  EXPECT_EQ(value_of(figures, "homeport_longest_wait_seconds", cpu), 90);
  EXPECT_EQ(value_of(figures, "homeport_cluster_max_nodes", cpu),
            testing::a_cluster().scale.max_nodes);
}

TEST_F(ServiceFigures, OfALedgerThatCannotBeReadSayThatAndNothingElse) {
  DeafLedger deaf;
  const auto figures = read(deaf);
  EXPECT_EQ(figures.size(), 1U);
  EXPECT_EQ(value_of(figures, "homeport_ledger_up"), 0);
}

TEST(ProcessFigures, AreThoseOfThisProcess) {
  const auto figures = process_figures();
  const double descriptors = value_of(figures, "process_open_fds").value();
  const std::ifstream one_more("/proc/self/stat");
  EXPECT_EQ(value_of(process_figures(), "process_open_fds"), descriptors + 1);
  EXPECT_GE(value_of(figures, "process_threads").value(), 1);
  EXPECT_GT(value_of(figures, "process_resident_memory_bytes").value(), 1 << 20);
  EXPECT_GT(value_of(figures, "process_virtual_memory_bytes").value(),
            value_of(figures, "process_resident_memory_bytes").value());
  EXPECT_GT(value_of(figures, "process_max_fds").value(), descriptors);
  EXPECT_GE(value_of(figures, "process_cpu_seconds_total").value(), 0);
  const double age =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count() -
      value_of(figures, "process_start_time_seconds").value();
  EXPECT_GT(age, -2);
  EXPECT_LT(age, 600);
}

TEST(ServerFigures, SayWhatRunsAndWhatWaits) {
  const testing::TemporaryDirectory folder;
  ServerState state;
  state.version = "1.2.3";
  state.ledger.waiting_writes = 4;
  state.ledger.commit_time = std::chrono::milliseconds(250);
  state.data_directory = folder.path();
  state.ledger_file = folder.path() / "ledger.sqlite";
  std::ofstream(state.ledger_file) << "12345";
  state.waiting_events = 3;
  state.group_controllers = {"memory", "pids"};
  const auto figures = server_figures(state);
  EXPECT_EQ(value_of(figures, "homeport_build_info", {{"version", "1.2.3"}}), 1);
  EXPECT_EQ(value_of(figures, "homeport_ledger_waiting_writes"), 4);
  EXPECT_EQ(value_of(figures, "homeport_ledger_commit_seconds_total"), 0.25);
  EXPECT_EQ(value_of(figures, "homeport_ledger_bytes", {{"file", "database"}}), 5);
  EXPECT_EQ(value_of(figures, "homeport_ledger_bytes", {{"file", "log"}}), std::nullopt);
  EXPECT_EQ(value_of(figures, "homeport_control_waiting_events"), 3);
  const char* groups = "homeport_node_control_groups";
  EXPECT_EQ(value_of(figures, groups, {{"controller", "memory"}}), 1);
  EXPECT_EQ(value_of(figures, groups, {{"controller", "cpu"}}), 0);
  EXPECT_GT(value_of(figures, "homeport_data_disk_bytes").value(),
            value_of(figures, "homeport_data_disk_free_bytes").value());
}

}  // namespace
}  // namespace homeport::api::monitoring
