#include "agent/spawn.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "agent/root_inside.hpp"
#include "agent/set_id_filter.hpp"
#include "base/text.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_UNPOISON_MEMORY_REGION(begin, size) static_cast<void>(0)
#endif

namespace homeport::agent {
namespace {

constexpr size_t kStackSize = 64 << 10;

/// All that the new process needs before its exec, made by the parent: between clone and exec the
/// two share their memory, so the child allocates nothing.
struct Launch {
  const SpawnOrder* order = nullptr;
  int input = -1;
  std::vector<std::string> candidates;  ///< paths of the program, tried in order
  std::vector<char*> argv;
  std::vector<char*> variables;
  int talk = -1;  ///< to the agent, if it is to be root inside; then the two share no memory
  int error = 0;  ///< written by the child
};

// The C library's own setuid & co. would tell the other threads, of which this address space has
// none of the child's: so the bare system calls.
long bare_change_identity(const Identity& identity) {
  if (!identity.change) return 0;
  if (::syscall(SYS_setgroups, 0, nullptr) != 0) return -1;
  if (::syscall(SYS_setresgid, identity.gid, identity.gid, identity.gid) != 0) return -1;
  return ::syscall(SYS_setresuid, identity.uid, identity.uid, identity.uid);
}

void default_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  // Of the agent's: exec itself resets handlers, but one must not run here, on shared memory.
  for (const int number : {SIGINT, SIGPIPE, SIGTERM}) ::sigaction(number, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool lower_limits() {
  const struct rlimit no_core { 0, 0 };
  ::setrlimit(RLIMIT_CORE, &no_core);
  struct rlimit files {};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return false;
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 65536);
  return ::setrlimit(RLIMIT_NOFILE, &files) == 0;
}

/// If the memory ends, the kernel is to end user code, not the agent, which tells of it.
void be_first_to_go() {
  const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;  // it then goes by size alone
  const ssize_t ignored = ::write(file, "500", 3);
  static_cast<void>(ignored);
  ::close(file);
}

bool arrange_files(const Launch& launch) {
  if (::dup2(launch.input, 0) < 0 || ::dup2(launch.order->output, 1) < 0) return false;
  const int errors = launch.order->errors >= 0 ? launch.order->errors : launch.order->output;
  if (::dup2(errors, 2) < 0) return false;
  // Marked rather than closed: the exec closes them, and the current directory is still to be set.
  if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return false;
  return true;
}

int child(void* argument) {
  Launch& launch = *static_cast<Launch*>(argument);
  default_signals();
  ::setsid();
  ::umask(022);
  be_first_to_go();
  bool ready =
      arrange_files(launch) && lower_limits() && bare_change_identity(launch.order->identity) == 0;
  if (ready && launch.talk >= 0) ready = become_root_inside(launch.talk, 0);
  if (ready) ready = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  if (ready && launch.order->identity.change) ready = forbid_set_id_files();
  if (ready && launch.order->die_with_agent) ready = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
  if (ready && ::fchdir(launch.order->directory) == 0) {
    int error = ENOENT;
    for (const std::string& path : launch.candidates) {
      ::execve(path.c_str(), launch.argv.data(), launch.variables.data());
      if (errno != ENOENT && errno != ENOTDIR) error = errno;
    }
    errno = error;
  }
  launch.error = errno;
  if (launch.talk >= 0) {
    const ssize_t ignored = ::send(launch.talk, &launch.error, sizeof launch.error, MSG_NOSIGNAL);
    static_cast<void>(ignored);
  }
  ::_exit(127);
}

std::vector<std::string> candidates(const SpawnOrder& order) {
  const std::string& program = order.argv.front();
  if (program.find('/') != std::string::npos) return {program};
  const auto found = order.variables.find("PATH");
  const std::string path = found != order.variables.end() ? found->second : "/usr/bin:/bin";
  std::vector<std::string> result;
  for (const std::string& folder : base::split(path, ':')) {
    result.push_back((folder.empty() ? "." : folder) + "/" + program);
  }
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

char* child_stack() {
  static char* const stack = static_cast<char*>(
      ::mmap(nullptr, kStackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  return stack;
}

int empty_input() {
  static const int input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  return input;
}

/// With the parent's memory until it execs: half a millisecond less than a copy of it.
pid_t clone_sharing(Launch& launch) {
  // The address sanitizer never learns that the last child's frames are gone: exec does not unwind.
  ASAN_UNPOISON_MEMORY_REGION(child_stack(), kStackSize);
  return ::clone(child, child_stack() + kStackSize, CLONE_VM | CLONE_VFORK | SIGCHLD, &launch);
}

pid_t clone_apart(Launch& launch) {
  const pid_t pid = ::fork();
  if (pid == 0) child(&launch);
  return pid;
}

base::Result<pid_t> start(Launch& launch, pid_t (*clone)(Launch&)) {
  // Signals wait meanwhile: a handler of ours must not run in the child on what the two share.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t pid = clone(launch);
  const int failed = errno;
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return base::system_error("cannot start a process", failed);
  return pid;
}

/// The parent has to do its part meanwhile, so the two share no memory.
base::Result<pid_t> start_as_root(Launch& launch) {
  HP_TRY(RootTalk talk, open_root_talk());
  launch.talk = talk.process.get();
  HP_TRY(const pid_t pid, start(launch, clone_apart));
  talk.process = base::FileDescriptor();
  const auto granted = grant_root_inside(talk.agent.get(), pid, launch.order->identity);
  // The exec closes the other end without a word.
  const bool failed =
      granted.has_error() || ::recv(talk.agent.get(), &launch.error, sizeof launch.error, 0) > 0;
  if (failed) ::waitpid(pid, nullptr, 0);
  if (granted.has_error()) return granted.error();
  return pid;
}

}  // namespace

base::Result<pid_t> spawn(const SpawnOrder& order) {
  if (order.argv.empty() || order.argv.front().empty()) {
    return base::invalid_argument("command", "there is no command to start");
  }
  Launch launch;
  launch.order = &order;
  launch.input = empty_input();
  launch.candidates = candidates(order);
  std::vector<std::string> argv = order.argv;
  std::vector<std::string> variables;
  for (const auto& [name, value] : order.variables) variables.push_back(name + "=" + value);
  launch.argv = pointers(argv);
  launch.variables = pointers(variables);

  base::Result<pid_t> pid =
      order.root_inside ? start_as_root(launch) : start(launch, clone_sharing);
  if (pid.has_value() && launch.error != 0) {
    return base::system_error("cannot start " + order.argv.front(), launch.error);
  }
  return pid;
}

base::Result<void> become(const Identity& identity) {
  if (bare_change_identity(identity) != 0) return base::system_error("cannot change user", errno);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::umask(022);
  return base::success();
}

}  // namespace homeport::agent
