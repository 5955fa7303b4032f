#include "agent/processes.hpp"

#include <dirent.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "agent/proc.hpp"
#include "base/file.hpp"

namespace homeport::agent {
namespace {

int child_signal_fd() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

Exit to_exit(int status) {
  if (WIFSIGNALED(status)) return {0, WTERMSIG(status)};
  return {WEXITSTATUS(status), 0};
}

/// Everything that descends from this process; with the reaper above them no chain is broken.
std::set<pid_t> descendants() {
  const std::vector<ProcessEntry> all = list_processes();
  std::set<pid_t> found{::getpid()};
  for (bool grew = true; grew;) {
    grew = false;
    for (const ProcessEntry& entry : all) {
      if (found.count(entry.parent) != 0 && found.insert(entry.pid).second) grew = true;
    }
  }
  found.erase(::getpid());
  return found;
}

}  // namespace

Processes::Processes(boost::asio::io_context& io, bool own_pid_namespace)
    : child_signals_(io, child_signal_fd()), retry_(io), own_pid_namespace_(own_pid_namespace) {
  wait_for_signal();
}

base::Result<pid_t> Processes::start(const SpawnOrder& order, std::function<void(Exit)> on_exit) {
  HP_TRY(const pid_t pid, spawn(order));
  on_exit_[pid] = std::move(on_exit);
  return pid;
}

base::Result<pid_t> Processes::start_task(const std::function<base::Result<void>()>& task,
                                          std::function<void(base::Result<void>)> on_end) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::system_error("cannot make a pipe", errno);
  auto reading = std::make_shared<base::FileDescriptor>(ends[0]);
  const base::FileDescriptor writing(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return base::system_error("cannot fork", errno);
  if (pid == 0) {
    ::setsid();
    const base::Result<void> outcome = task();
    if (outcome.has_value()) ::_exit(0);
    const std::string text = outcome.error().message.substr(0, 4000);
    // One write that fits the pipe: it cannot block, and if it fails the exit code still tells.
    if (::write(writing.get(), text.data(), text.size()) < 0) ::_exit(2);
    ::_exit(1);
  }
  on_exit_[pid] = [reading, on_end = std::move(on_end)](Exit exit) {
    if (exit.code == 0 && exit.signal == 0) return on_end(base::success());
    std::array<char, 4096> text{};
    const ssize_t size = exit.code == 1 ? ::read(reading->get(), text.data(), text.size()) : 0;
    on_end(base::internal(size > 0 ? std::string(text.data(), static_cast<size_t>(size))
                                   : std::string("the task was ended")));
  };
  return pid;
}

void Processes::signal_group(pid_t leader, int number) {
  ::kill(-leader, number);
}

void Processes::kill_session(pid_t leader) {
  ::kill(-leader, SIGKILL);
  for (const ProcessEntry& entry : list_processes()) {
    if (entry.session == leader) ::kill(entry.pid, SIGKILL);
  }
}

void Processes::send_kill_to_all() {
  if (own_pid_namespace_) {
    ::kill(-1, SIGKILL);  // from the first process of a namespace: all but itself
    return;
  }
  for (const pid_t pid : descendants()) ::kill(pid, SIGKILL);
}

void Processes::kill_all(std::function<void()> then) {
  when_empty_ = std::move(then);
  look_again();
}

void Processes::look_again() {
  if (!when_empty_) return;
  // Until a wait finds no child, one that was forked meanwhile may have been missed.
  if (reap_until_empty()) {
    retry_.cancel();
    return std::exchange(when_empty_, nullptr)();
  }
  send_kill_to_all();
  retry_.expires_after(std::chrono::milliseconds(5));
  retry_.async_wait([this](auto failed) {
    if (!failed) look_again();
  });
}

void Processes::kill_all_and_wait() {
  send_kill_to_all();
  while (true) {
    const pid_t pid = ::waitpid(-1, nullptr, 0);
    if (pid < 0 && errno == ECHILD) return;
    if (!own_pid_namespace_) send_kill_to_all();
  }
}

void Processes::wait_for_signal() {
  child_signals_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](auto failed) {
    if (failed) return;
    signalfd_siginfo ignored;
    while (::read(child_signals_.native_handle(), &ignored, sizeof ignored) > 0) {
    }
    reap();
    wait_for_signal();
  });
}

void Processes::reap() {
  const bool empty = reap_until_empty();
  if (empty && when_empty_) look_again();
}

bool Processes::reap_until_empty() {
  int status = 0;
  pid_t pid = 0;
  while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {
    const auto found = on_exit_.find(pid);
    if (found == on_exit_.end()) continue;  // an orphan that user code left
    const auto on_exit = std::move(found->second);
    on_exit_.erase(found);
    on_exit(to_exit(status));
  }
  return pid < 0 && errno == ECHILD;
}

}  // namespace homeport::agent
