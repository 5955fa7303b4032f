#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "app/embedded_agent.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "engine/local/local_engine.hpp"
#include "guardian.hpp"
#include "temporary_directory.hpp"

namespace homeport::engine {

/// Keeps every event, and waits for those that a test expects.
class RecordingEvents final : public EngineEvents {
 public:
  struct Event {
    std::string kind;
    domain::NodeId node;
    std::string reason;
    NodeFacts facts{};
    AttemptReport report{};
  };

  void node_ready(domain::NodeId node, NodeFacts facts) override {
    add({"ready", node, {}, std::move(facts), {}});
  }
  void node_failed(domain::NodeId node, std::string reason) override {
    add({"failed", node, std::move(reason), {}, {}});
  }
  void node_lost(domain::NodeId node, std::string reason) override {
    add({"lost", node, std::move(reason), {}, {}});
  }
  void node_silent(domain::NodeId node, base::TimePoint) override {
    add({"silent", node, {}, {}, {}});
  }
  void node_heard(domain::NodeId node) override { add({"heard", node, {}, {}, {}}); }
  void node_gone(domain::NodeId node) override { add({"gone", node, {}, {}, {}}); }
  void attempt_reported(domain::NodeId node, AttemptReport report) override {
    add({"report", node, {}, {}, std::move(report)});
  }

  /// Takes the first event that fits out of the record; fails the test after `limit`.
  Event take(const std::function<bool(const Event&)>& fits, const std::string& what,
             std::chrono::milliseconds limit = std::chrono::seconds(30)) {
    std::unique_lock lock(mutex_);
    std::optional<Event> found;
    const auto look = [&] {
      for (auto event = events_.begin(); event != events_.end(); ++event) {
        if (!fits(*event)) continue;
        found = std::move(*event);
        events_.erase(event);
        return true;
      }
      return false;
    };
    if (!changed_.wait_for(lock, limit, look)) {
      std::string seen;
      for (const Event& event : events_) seen += event.kind + " " + event.reason + "; ";
      ADD_FAILURE() << "no event '" << what << "'; there were: " << seen;
      return {};
    }
    return *found;
  }
  Event take(const std::string& kind, std::chrono::milliseconds limit = std::chrono::seconds(30)) {
    return take([&](const Event& event) { return event.kind == kind; }, kind, limit);
  }
  AttemptReport take_phase(AttemptPhase phase, const std::string& token) {
    return take(
               [&](const Event& event) {
                 return event.kind == "report" && event.report.phase == phase &&
                        event.report.token == token;
               },
               "phase " + std::to_string(static_cast<int>(phase)) + " of " + token)
        .report;
  }

 private:
  void add(Event event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Event> events_;
};

/// A data directory, an engine with the real agent, and orders with sensible defaults. Every test
/// runs twice: with what the machine allows, and without namespaces.
class EngineTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    testing::guardian().watch(data_.path());
    ::chmod(data_.path().c_str(), 0700);
    open_engine();
    engine_->adopt({});
  }
  void TearDown() override {
    EXPECT_TRUE(!engine_ || engine_->stop_all_nodes());
    testing::guardian().release(data_.path());
  }

  void open_engine() {
    LocalEngineOptions options;
    options.data_directory = data_.path();
    options.agent_program = app::embedded_agent();
    options.capacity = 4;
    // Of this test process only: another may run beside it.
    options.address_prefix = "127." + std::to_string(100 + ::getpid() / 250 % 150) + "." +
                             std::to_string(::getpid() % 250) + ".";
    options.visible = {path("environments")};
    options.namespaces = GetParam();
    options.gpus = gpus_;
    options.heartbeat = std::chrono::milliseconds(100);
    options.silent_after = std::chrono::milliseconds(500);
    engine_ = LocalEngine::create(options, events_, clock_).value();
  }

  domain::Node start_node(const std::string& name = "tvm-0", const NodeSize& size = {}) {
    domain::Node node;
    node.id = domain::NodeId(name);
    node.host_name = "host-" + name;
    engine_->start_node(node, size);
    const auto event = events_.take("ready");
    EXPECT_EQ(event.node, node.id);
    node.slot = event.facts.slot;
    node.address = event.facts.address;
    node.agent_pid = event.facts.agent_pid;
    node.agent_start_time = event.facts.agent_start_time;
    limits_ = event.facts.limits;
    return node;
  }

  AttemptOrder order(std::vector<std::string> argv, const std::string& run = "run1") {
    AttemptOrder order;
    order.run_id = domain::RunId(run);
    order.token = "token-" + run;
    order.head = true;
    order.launch_when_prepared = true;
    order.artifacts = path("artifacts/" + run);
    order.project = path("runs/" + run + "/project");
    ProcessOrder process;
    process.role = "main";
    process.argv = std::move(argv);
    process.variables = {{"PATH", "/usr/bin:/bin"}};
    process.log_name = "azureml-logs/70_driver_log.txt";
    order.processes = {process};
    return order;
  }
  AttemptOrder script(const std::string& text, const std::string& run = "run1") {
    return order({"/bin/sh", "-c", text}, run);
  }

  /// Starts it and waits for its end; forgotten then.
  AttemptReport run(const domain::Node& node, const AttemptOrder& order) {
    engine_->start_attempt(node.id, order);
    AttemptReport report = events_.take_phase(AttemptPhase::Ended, order.token);
    engine_->forget_attempt(node.id, order.run_id, order.token);
    return report;
  }

  std::string path(const std::string& below) const { return (data_.path() / below).string(); }
  std::string log(const std::string& run = "run1") const {
    const auto text = base::read_file(path("artifacts/" + run + "/azureml-logs/70_driver_log.txt"));
    return text.has_value() ? text.value() : "(no log)";
  }
  void write(const std::string& below, const std::string& text) const {
    std::filesystem::create_directories(data_.path() / std::filesystem::path(below).parent_path());
    std::ofstream(path(below)) << text;
  }
  /// The argument of a `sleep` that outlasts every test and that no other test process gives.
  static std::string long_time(int number) {
    const std::string pid = std::to_string(::getpid());
    return "9" + std::string(7 - pid.size(), '0') + pid + "." + std::to_string(number);
  }
  static bool is_root() { return ::geteuid() == 0; }
  bool isolated() const {
    for (const std::string& limit : limits_) {
      if (limit.find("files and processes") != std::string::npos) return false;
    }
    return true;
  }

  testing::TemporaryDirectory data_;
  base::SystemClock clock_;
  RecordingEvents events_;
  std::vector<std::string> limits_;
  std::vector<std::string> gpus_;  ///< of the engine that is opened next
  std::unique_ptr<LocalEngine> engine_;
};

/// Waits for `condition`, at most half a minute.
inline bool soon(const std::function<bool()>& condition) {
  for (int i = 0; i < 6000; ++i) {
    if (condition()) return true;
    ::usleep(5000);
  }
  return condition();
}

/// Whether a process with this word in its command line lives.
bool lives(const std::string& word);

}  // namespace homeport::engine
