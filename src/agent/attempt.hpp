#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/door.hpp"
#include "agent/environment.hpp"
#include "agent/journal.hpp"
#include "agent/processes.hpp"
#include "agent/workplace.hpp"
#include "base/clock.hpp"
#include "engine/engine.hpp"

namespace homeport::agent {

/// What an attempt needs of its agent. References outlive it.
struct AttemptContext {
  boost::asio::io_context& io;
  const base::Clock& clock;
  NodeSandbox& sandbox;
  Processes& processes;
  Journal& journal;
  std::string endpoint_url;   ///< of the agent, for metrics; empty: none
  std::string start_program;  ///< see engine::AgentConfig
  std::function<void(const engine::AttemptReport&)> report;
  /// Calls back when every request of this attempt has reached the server.
  std::function<void(const std::string& token, std::function<void()>)> when_forwarded;
};

/// One node's part of an attempt, from the order to the Ended report: prepare (snapshot, data,
/// environment), launch, watch, stop, clean up. Its claim is in the journal before it is made.
class Attempt {
 public:
  Attempt(AttemptContext& context, engine::AttemptOrder order);
  ~Attempt();
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  void prepare();
  /// Starts the processes; before Prepared it is remembered.
  void launch();
  void stop(const std::vector<std::string>& processes, std::chrono::milliseconds grace);
  /// A sentence for the run's warnings; told with the next report.
  void warn(const std::string& sentence) { report_.warnings.push_back(sentence); }
  const engine::AttemptReport& report() const { return report_; }
  const engine::AttemptOrder& order() const { return order_; }
  bool ended() const { return report_.phase == engine::AttemptPhase::Ended; }

 private:
  struct Child {
    pid_t pid = 0;  ///< 0: does not live
    std::unique_ptr<boost::asio::steady_timer> grace;
  };

  base::Result<void> enter();
  void run_volume_command(size_t next);
  void unpack();
  void download();
  void build_environment();
  void run_preparation();
  void preparation_ended(Exit exit);
  void prepared();
  void start_all();
  base::Result<void> start_one(size_t index);
  base::Result<pid_t> start_process(const engine::ProcessOrder& order,
                                    std::function<void(Exit)> on_exit);
  base::Result<pid_t> start_in_place(const engine::ProcessOrder& order, SpawnOrder spawned,
                                     std::function<void(Exit)> on_exit);
  base::Result<void> open_door();
  base::Result<pid_t> start_by_door(const engine::StartRequest& request, int output, int errors,
                                    std::function<void(Exit)> on_exit);
  void add_door_variables(std::map<std::string, std::string>& variables) const;
  SpawnOrder to_spawn(const engine::ProcessOrder& order) const;
  void exited(size_t index, Exit exit);
  void stop_child(Child& child, std::chrono::milliseconds grace);
  /// Ends the attempt before its time; what runs is killed. `code`: see AttemptReport.
  void fail(const base::Error& error, const std::string& log_name = {}, const char* code = "");
  static base::Error stopped_in_preparation();
  void finish();
  void clean_up();
  void empty_temporary();
  void end();
  void tell();
  /// The log that says why a process failed.
  static const std::string& shown_log(const engine::ProcessOrder& order);
  void note_preparation(const std::string& line);
  void run_task(const std::string& what, std::function<base::Result<void>()> task,
                std::function<void()> then);
  bool lives() const;
  /// Whether the kernel ended a process of the node for memory since this was asked last.
  bool memory_ran_out();

  AttemptContext& context_;
  engine::AttemptOrder order_;
  engine::AttemptReport report_;
  Workplace workplace_;
  std::unique_ptr<EnvironmentBuild> build_;
  std::unique_ptr<Door> door_;
  std::vector<Child> children_;  ///< as order_.processes
  Child preparation_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::uint64_t ended_for_memory_ = 0;  ///< as last counted
  bool launch_wanted_ = false;
  bool started_ = false;
  bool finishing_ = false;
};

}  // namespace homeport::agent
