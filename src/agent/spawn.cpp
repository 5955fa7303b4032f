#include "agent/spawn.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sanitizer/asan_interface.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <csignal>

#include "agent/set_id_filter.hpp"
#include "base/text.hpp"

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

bool arrange_files(const Launch& launch) {
  if (::dup2(launch.input, 0) < 0 || ::dup2(launch.order->output, 1) < 0) return false;
  if (::dup2(launch.order->output, 2) < 0) return false;
  // Marked rather than closed: the exec closes them, and the current directory is still to be set.
  if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return false;
  return true;
}

int child(void* argument) {
  Launch& launch = *static_cast<Launch*>(argument);
  default_signals();
  ::setsid();
  ::umask(022);
  bool ready = arrange_files(launch) && lower_limits() &&
               bare_change_identity(launch.order->identity) == 0 &&
               ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
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

bool is_name(char c, bool first) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '_' || std::isalpha(byte) != 0 || (!first && std::isdigit(byte) != 0);
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

  // Signals wait meanwhile: a handler of ours must not run in the child on the shared memory.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  // The address sanitizer never learns that the last child's frames are gone: exec does not unwind.
  ASAN_UNPOISON_MEMORY_REGION(child_stack(), kStackSize);
  const pid_t pid =
      ::clone(child, child_stack() + kStackSize, CLONE_VM | CLONE_VFORK | SIGCHLD, &launch);
  const int failed = errno;
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return base::system_error("cannot start a process", failed);
  if (launch.error != 0)
    return base::system_error("cannot start " + order.argv.front(), launch.error);
  return pid;
}

std::string expand_variables(const std::string& text,
                             const std::map<std::string, std::string>& variables) {
  std::string result;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '$' || at + 1 == text.size()) {
      result += text[at];
      continue;
    }
    const bool braced = text[at + 1] == '{';
    const size_t begin = at + (braced ? 2 : 1);
    size_t end = begin;
    while (end < text.size() && is_name(text[end], end == begin)) ++end;
    const bool whole = end > begin && (!braced || (end < text.size() && text[end] == '}'));
    if (!whole) {
      result += '$';
      if (text[at + 1] == '$') ++at;
      continue;
    }
    const auto found = variables.find(text.substr(begin, end - begin));
    if (found != variables.end()) result += found->second;
    at = braced ? end : end - 1;
  }
  return result;
}

base::Result<void> become(const Identity& identity) {
  if (bare_change_identity(identity) != 0) return base::system_error("cannot change user", errno);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::umask(022);
  return base::success();
}

}  // namespace homeport::agent
