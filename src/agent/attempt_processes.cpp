// The processes of an attempt: how they are started, watched and stopped.

#include <algorithm>
#include <csignal>
#include <utility>

#include "agent/attempt.hpp"
#include "agent/root_inside.hpp"
#include "base/expand.hpp"

namespace homeport::agent {

const std::string& Attempt::shown_log(const engine::ProcessOrder& order) {
  return order.error_log_name.empty() ? order.log_name : order.error_log_name;
}

SpawnOrder Attempt::to_spawn(const engine::ProcessOrder& order) const {
  SpawnOrder spawned;
  spawned.variables = order.variables;
  auto& variables = spawned.variables;
  for (auto& [name, value] : variables) value = workplace_.localized(value);
  context_.sandbox.add_variables(variables);
  // A GPU is given, not taken: where the order names none, there is none. What a user's own choice
  // names is among those given; but not where all of the machine's are in reach.
  const std::string given = context_.sandbox.visible_gpus(order_.gpus);
  const auto chosen = variables.emplace("CUDA_VISIBLE_DEVICES", given).first;
  if (!context_.sandbox.hides_gpus()) chosen->second = given;
  variables.emplace("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
  if (!context_.endpoint_url.empty()) {
    for (const auto& [name, rest] : order_.endpoint_variables) {
      variables[name] = context_.endpoint_url + rest;
    }
  }
  add_door_variables(variables);
  for (const std::string& word : order.argv) {
    spawned.argv.push_back(workplace_.localized(base::expand_variables(word, variables)));
  }
  spawned.directory = workplace_.project();
  spawned.die_with_agent = !context_.sandbox.facts().pid_namespace;
  return spawned;
}

base::Result<pid_t> Attempt::start_process(const engine::ProcessOrder& order,
                                           std::function<void(Exit)> on_exit) {
  SpawnOrder spawned = to_spawn(order);
  HP_TRY(const base::FileDescriptor log, workplace_.open_log(order.log_name));
  spawned.output = log.get();
  base::FileDescriptor errors;
  if (!order.error_log_name.empty()) {
    HP_TRY(errors, workplace_.open_log(order.error_log_name));
    spawned.errors = errors.get();
  }
  return start_in_place(order, std::move(spawned), std::move(on_exit));
}

base::Result<pid_t> Attempt::start_in_place(const engine::ProcessOrder& order, SpawnOrder spawned,
                                            std::function<void(Exit)> on_exit) {
  spawned.identity = workplace_.identity();
  base::FileDescriptor directory;
  if (!order.directory.empty()) {
    HP_TRY(directory, workplace_.open_directory(order.directory));
    spawned.directory = directory.get();
  }
  spawned.root_inside = order.as_root && root_inside_allowed(spawned.identity);
  if (order.as_root && !spawned.root_inside) {
    report_.warnings.push_back(order.role +
                               " does not run as root: this machine allows no user "
                               "namespaces");
  }
  return context_.processes.start(spawned, std::move(on_exit));
}

base::Result<void> Attempt::start_one(size_t index) {
  report_.processes[index].started_at = context_.clock.wall();
  HP_TRY(const pid_t pid,
         start_process(order_.processes[index], [this, alive = alive_, index](Exit exit) {
           if (*alive) exited(index, exit);
         }));
  children_[index].pid = pid;
  return base::success();
}

bool Attempt::lives() const {
  return std::any_of(children_.begin(), children_.end(),
                     [](const Child& child) { return child.pid != 0; });
}

bool Attempt::memory_ran_out() {
  const std::uint64_t before = ended_for_memory_;
  ended_for_memory_ = context_.sandbox.group().ended_for_memory();
  return ended_for_memory_ > before;
}

void Attempt::exited(size_t index, Exit exit) {
  Child& child = children_[index];
  engine::ProcessReport& known = report_.processes[index];
  known.ended_at = context_.clock.wall();
  known.exit_code = exit.code;
  known.signal = exit.signal;
  if (exit.code != 0 || exit.signal != 0) {
    known.out_of_memory = memory_ran_out();
    known.log_tail = workplace_.log_tail(shown_log(order_.processes[index]));
  }
  context_.processes.signal_group(child.pid, SIGKILL);
  child.pid = 0;
  child.grace.reset();
  if (lives()) {
    context_.journal.note(report_);
    return tell();
  }
  if (!finishing_) finish();
}

void Attempt::stop(const std::vector<std::string>& processes, std::chrono::milliseconds grace) {
  if (ended()) return tell();
  if (!started_ && !processes.empty()) return;
  if (started_ && order_.processes.empty()) {
    if (!door_) return finish();
    return door_->shut(grace, [this, alive = alive_] {
      if (*alive) finish();
    });
  }
  if (preparation_.pid != 0 && !finishing_) return stop_child(preparation_, grace);
  if (!lives()) {
    if (!finishing_) fail(stopped_in_preparation());
    return;
  }
  for (size_t i = 0; i < children_.size(); ++i) {
    const engine::ProcessOrder& order = order_.processes[i];
    const std::string name = order.role + "/" + std::to_string(order.index);
    const bool meant =
        processes.empty() || std::find(processes.begin(), processes.end(), name) != processes.end();
    if (meant && children_[i].pid != 0) stop_child(children_[i], grace);
  }
}

void Attempt::stop_child(Child& child, std::chrono::milliseconds grace) {
  if (child.grace) return;  // a second order does not make the grace longer
  context_.processes.signal_group(child.pid, SIGTERM);
  child.grace = std::make_unique<boost::asio::steady_timer>(context_.io, grace);
  child.grace->async_wait([this, alive = alive_, pid = child.pid](auto cancelled) {
    if (!cancelled && *alive) context_.processes.kill_session(pid);
  });
}

}  // namespace homeport::agent
