#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "house.hpp"

namespace homeport::service::control::testing {
namespace {

/// Nodes are ready and runs end as soon as they are ordered.
class QuickEngine final : public engine::Engine {
 public:
  explicit QuickEngine(Inbox& inbox) : inbox_(inbox) {}
  int capacity() const override { return 4; }
  void start_node(const domain::Node& node, const engine::NodeSize&) override {
    inbox_.node_ready(node.id, {"127.1.0.2", 1, 1, 1, {}});
  }
  void adopt(const std::vector<domain::Node>&) override {}
  void stop_node(const domain::NodeId& node) override { inbox_.node_gone(node); }
  void start_attempt(const domain::NodeId& node, const engine::AttemptOrder& order) override {
    const base::TimePoint now{std::chrono::seconds(5)};
    inbox_.attempt_reported(node, {order.run_id,
                                   order.number,
                                   order.token,
                                   AttemptPhase::Ended,
                                   {{"main", 0, now, now, 0, 0, ""}},
                                   {},
                                   {},
                                   {}});
  }
  void launch_attempt(const domain::NodeId&, const domain::RunId&, const std::string&) override {}
  void stop_attempt(const domain::NodeId&, const domain::RunId&, const std::string&,
                    const std::vector<std::string>&, std::chrono::milliseconds) override {}
  void forget_attempt(const domain::NodeId&, const domain::RunId&, const std::string&) override {
    const std::lock_guard lock(mutex_);
    ++forgotten_;
    changed_.notify_all();
  }
  bool wait_for(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(20), [&] { return forgotten_ >= count; });
  }

 private:
  Inbox& inbox_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int forgotten_ = 0;
};

class OnAThread : public House {};

TEST_F(OnAThread, DrainsAQueueAndStopsWhenTold) {
  Inbox box;
  QuickEngine quick(box);
  base::SystemClock real;
  ControlLoop threaded({ledger, quick, composer, real, box,
                        [this] { return "token" + std::to_string(++tokens) + "0123456789abcdef"; },
                        [](int) { return true; }});
  ASSERT_TRUE(threaded.load());
  std::optional<base::Result<void>> ended;
  std::thread thread([&] { ended = threaded.run(); });
  const auto nc6 = a_cluster("nc6", 0, 4);
  box.cluster_changed(nc6);
  constexpr int kRuns = 200;
  for (int i = 0; i < kRuns; ++i) {
    submit(a_run("r" + std::to_string(i), nc6));
    box.run_submitted(workspace, domain::RunId("r" + std::to_string(i)));
  }
  EXPECT_TRUE(quick.wait_for(kRuns));
  threaded.stop();
  thread.join();
  EXPECT_TRUE(ended->has_value());
  for (int i = 0; i < kRuns; ++i) {
    EXPECT_EQ(state("r" + std::to_string(i)), domain::RunState::Completed);
  }
}

TEST_F(OnAThread, AStepIsCheapWithALongQueueBehindIt) {
  const auto nc6 = ready_cluster("nc6", 4);
  for (int i = 0; i < 10'000; ++i) submit(a_run("r" + std::to_string(i), nc6));
  step();
  const auto begin = std::chrono::steady_clock::now();
  constexpr int kSteps = 200;
  for (int i = 0; i < kSteps; ++i) {
    report("nc6-0", AttemptPhase::Ended, {ended("main", 0)});
    EXPECT_EQ(step().size(), 2U);
  }
  const auto each = (std::chrono::steady_clock::now() - begin) / kSteps;
  RecordProperty(
      "step_us",
      static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(each).count()));
  EXPECT_LT(each, std::chrono::milliseconds(5)) << "an end and the next claim, unoptimised build";
}

}  // namespace
}  // namespace homeport::service::control::testing
