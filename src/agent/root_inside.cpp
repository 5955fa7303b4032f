#include "agent/root_inside.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace homeport::agent {
namespace {

constexpr char kAsked = 'a';
constexpr char kGranted = 'g';

base::Result<void> write_text(const std::string& path, const std::string& text) {
  const base::FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid() || ::write(file.get(), text.data(), text.size()) < 0) {
    return base::system_error("cannot write " + path, errno);
  }
  return base::success();
}

bool try_it(const Identity& who) {
  auto talk = open_root_talk();
  if (talk.has_error()) return false;
  const pid_t process = ::fork();
  if (process < 0) return false;
  if (process == 0) {
    const bool well = become(who).has_value() && become_root_inside(talk.value().process.get(), 0);
    ::_exit(well && ::geteuid() == 0 ? 0 : 1);
  }
  talk.value().process = base::FileDescriptor();
  const auto granted = grant_root_inside(talk.value().agent.get(), process, who);
  int status = 0;
  ::waitpid(process, &status, 0);
  return granted.has_value() && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

base::Result<RootTalk> open_root_talk() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return base::system_error("cannot make a pair of sockets", errno);
  }
  RootTalk talk;
  talk.agent = base::FileDescriptor(ends[0]);
  talk.process = base::FileDescriptor(ends[1]);
  return talk;
}

bool become_root_inside(int talk, int more) {
  char word = kAsked;
  if (::unshare(CLONE_NEWUSER | more) != 0) {
    const int failed = errno;
    // So that the agent does not wait.
    if (::send(talk, &failed, sizeof failed, MSG_NOSIGNAL) < 0) return false;
    errno = failed;
    return false;
  }
  if (::send(talk, &word, 1, MSG_NOSIGNAL) != 1 || ::recv(talk, &word, 1, 0) != 1) return false;
  if (word != kGranted) errno = EPERM;
  return word == kGranted;
}

base::Result<void> grant_root_inside(int talk, pid_t process, const Identity& who) {
  int said = 0;
  const ssize_t size = ::recv(talk, &said, sizeof said, 0);
  if (size == sizeof said) return base::system_error("cannot make a user namespace", said);
  if (size != 1) return base::internal("a process ended before it became root");
  const uid_t uid = who.change ? who.uid : ::geteuid();
  const gid_t gid = who.change ? who.gid : ::getegid();
  const std::string folder = "/proc/" + std::to_string(process);
  base::Result<void> written = write_text(folder + "/setgroups", "deny");
  if (written.has_value()) {
    written = write_text(folder + "/uid_map", "0 " + std::to_string(uid) + " 1");
  }
  if (written.has_value()) {
    written = write_text(folder + "/gid_map", "0 " + std::to_string(gid) + " 1");
  }
  const char word = written.has_value() ? kGranted : 'n';
  if (::send(talk, &word, 1, MSG_NOSIGNAL) != 1) {
    return base::system_error("cannot answer a process", errno);
  }
  return written;
}

bool root_inside_allowed(const Identity& who) {
  static const bool allowed = try_it(who);
  return allowed;
}

}  // namespace homeport::agent
