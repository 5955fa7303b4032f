#include "agent/environment.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "agent/copy_tree.hpp"
#include "base/text.hpp"

namespace homeport::agent {
namespace {

constexpr const char* kReady = "/.ready";
constexpr auto kLookAgain = std::chrono::milliseconds(100);

std::string replace_directory(std::string word, const std::string& directory) {
  constexpr std::string_view kMark = "{dir}";
  for (size_t at = 0; (at = word.find(kMark, at)) != std::string::npos; at += directory.size()) {
    word.replace(at, kMark.size(), directory);
  }
  return word;
}

}  // namespace

bool EnvironmentBuild::is_there() const {
  return context_.sandbox.data().open_file(order_.directory + kReady, O_RDONLY).has_value();
}

void EnvironmentBuild::start(std::function<void(base::Result<void>)> on_end) {
  on_end_ = std::move(on_end);
  const auto parent = context_.sandbox.data().open_directory(
      order_.directory.substr(0, order_.directory.rfind('/')), DataTree::Make::Yes);
  if (parent.has_error()) return end(parent.error());
  auto lock = context_.sandbox.data().open_file(order_.directory + ".lock", O_RDWR | O_CREAT, 0600);
  if (lock.has_error()) return end(lock.error());
  lock_ = std::move(lock.value());
  take_lock();
}

void EnvironmentBuild::take_lock() {
  // The kernel frees it when its holder dies, so nobody waits for a dead builder.
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    wait_.expires_after(kLookAgain);
    return wait_.async_wait([this, alive = alive_](auto cancelled) {
      if (!cancelled && *alive) take_lock();
    });
  }
  if (is_there()) return end(base::success());
  const base::Result<void> begun = begin();
  if (begun.has_error()) return end(begun.error());
  next_step();
}

base::Result<void> EnvironmentBuild::begin() {
  HP_TRY(const base::FileDescriptor directory,
         context_.sandbox.data().open_directory(order_.directory, DataTree::Make::Yes));
  empty_directory(directory.get());
  HP_TRYV(context_.workplace.open_for_writing(order_.directory));
  writable_ = true;
  return base::success();
}

void EnvironmentBuild::next_step() {
  if (step_ == order_.steps.size()) return seal();
  const auto log = context_.workplace.open_log(order_.log_name);
  if (log.has_error()) return end(log.error());
  SpawnOrder spawned;
  spawned.variables = order_.variables;
  spawned.variables.emplace("PATH", "/usr/local/bin:/usr/bin:/bin");
  context_.sandbox.add_variables(spawned.variables);
  for (const std::string& word : order_.steps[step_]) {
    spawned.argv.push_back(replace_directory(word, order_.directory));
  }
  const std::string line = "$ " + base::join(spawned.argv, " ") + "\n";
  if (::write(log.value().get(), line.data(), line.size()) < 0) {
    return end(base::system_error("cannot write the build log", errno));
  }
  spawned.directory = context_.workplace.project();
  spawned.output = log.value().get();
  spawned.identity = context_.workplace.identity();
  spawned.die_with_agent = !context_.sandbox.facts().pid_namespace;
  const auto started = context_.processes.start(spawned, [this, alive = alive_](Exit exit) {
    if (*alive) step_ended(exit);
  });
  if (started.has_error()) end(started.error());
}

void EnvironmentBuild::step_ended(Exit exit) {
  if (exit.code == 0 && exit.signal == 0) {
    ++step_;
    return next_step();
  }
  const std::string how = exit.signal != 0 ? "was ended by signal " + std::to_string(exit.signal)
                                           : "exited with " + std::to_string(exit.code);
  end(base::internal("building the environment failed: step " + std::to_string(step_ + 1) + " (" +
                     order_.steps[step_].front() + ") " + how + "; see " + order_.log_name));
}

void EnvironmentBuild::seal() {
  // First the mount goes through which the build's user wrote: where it covers the directory itself
  // (one outside the data directory), root's own id has no meaning in it.
  if (std::exchange(writable_, false)) context_.workplace.end_writing();
  const auto task = [this]() -> base::Result<void> {
    HP_TRYV(context_.workplace.take_back(order_.directory));
    HP_TRY(const base::FileDescriptor place,
           context_.sandbox.data().open_directory(order_.directory, DataTree::Make::No));
    // All that the steps wrote is on the disk before the mark is.
    HP_TRY(const base::FileDescriptor self, open_beneath(place.get(), "", O_RDONLY | O_DIRECTORY));
    if (::syncfs(self.get()) != 0) return base::system_error("cannot sync the environment", errno);
    HP_TRYV(context_.sandbox.data().open_file(order_.directory + kReady, O_WRONLY | O_CREAT, 0644));
    return base::success();
  };
  const auto started =
      context_.processes.start_task(task, [this, alive = alive_](base::Result<void> outcome) {
        if (*alive) end(std::move(outcome));
      });
  if (started.has_error()) end(started.error());
}

void EnvironmentBuild::end(base::Result<void> outcome) {
  if (outcome.has_error() && lock_.valid()) {
    const auto left = context_.sandbox.data().open_directory(order_.directory, DataTree::Make::No);
    if (left.has_value()) empty_directory(left.value().get());
  }
  if (std::exchange(writable_, false)) context_.workplace.end_writing();
  lock_ = base::FileDescriptor();
  // Its owner may drop the build in the call.
  const auto on_end = std::move(on_end_);
  if (on_end) on_end(std::move(outcome));
}

}  // namespace homeport::agent
