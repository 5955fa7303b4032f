#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <string>

#include "agent/spawn.hpp"

namespace homeport::agent {

/// How a process ended.
struct Exit {
  int code = 0;
  int signal = 0;
};

/// Every process below the agent: starts, reaps and ends them. The agent is the reaper of orphans,
/// as first process of its pid namespace or by PR_SET_CHILD_SUBREAPER, so nothing gets away.
class Processes {
 public:
  Processes(boost::asio::io_context& io, bool own_pid_namespace);

  /// As spawn(); `on_exit` is called once, later.
  base::Result<pid_t> start(const SpawnOrder& order, std::function<void(Exit)> on_exit);
  /// Runs `task` in a fork of the agent, so that the agent goes on meanwhile. Its error, or none,
  /// arrives as one line.
  base::Result<pid_t> start_task(const std::function<base::Result<void>()>& task,
                                 std::function<void(base::Result<void>)> on_end);
  /// To the process group that `leader` leads.
  void signal_group(pid_t leader, int number);
  /// SIGKILL to every process of the session of `leader`, however deep.
  void kill_session(pid_t leader);
  /// SIGKILL to everything below the agent; `then` when all of it has been reaped.
  void kill_all(std::function<void()> then);
  /// Blocks until nothing lives below the agent; for its own end.
  void kill_all_and_wait();

 private:
  void wait_for_signal();
  void reap();
  bool reap_until_empty();
  void send_kill_to_all();
  void look_again();

  boost::asio::posix::stream_descriptor child_signals_;
  boost::asio::steady_timer retry_;
  bool own_pid_namespace_;
  std::map<pid_t, std::function<void(Exit)>> on_exit_;
  std::function<void()> when_empty_;
};

}  // namespace homeport::agent
