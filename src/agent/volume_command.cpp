#include "agent/volume_command.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "agent/root_inside.hpp"
#include "agent/set_id_filter.hpp"
#include "agent/tail.hpp"

namespace homeport::agent {
namespace {

/// Room for one descriptor beside a message.
union Control {
  std::array<char, CMSG_SPACE(sizeof(int))> bytes;
  cmsghdr header;
};

base::Result<void> send_descriptor(int socket, int descriptor) {
  char word = 'm';
  iovec text{&word, 1};
  Control control{};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  if (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0) {
    return base::system_error("cannot hand a mount over", errno);
  }
  return base::success();
}

/// Not valid if none was sent.
base::FileDescriptor receive_descriptor(int socket) {
  char word = 0;
  iovec text{&word, 1};
  Control control{};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  if (::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) <= 0) return {};
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return {};
  int descriptor = -1;
  std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return base::FileDescriptor(descriptor);
}

/// All that the fork of the agent needs.
struct Job {
  SpawnOrder order;
  std::string target;
  bool apart = false;  ///< in namespaces of its own, as their root
  base::FileDescriptor output;
  RootTalk talk;
};

base::Result<void> run_command(const Job& job) {
  HP_TRY(const pid_t pid, spawn(job.order));
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return base::success();
  const std::string how = WIFEXITED(status)
                              ? "exited with " + std::to_string(WEXITSTATUS(status))
                              : "was ended by signal " + std::to_string(WTERMSIG(status));
  const std::string said = last_lines(job.output, 5);
  return base::internal("the command that mounts it " + how + (said.empty() ? "" : ": " + said));
}

/// In the fork.
base::Result<void> mount_and_send(const Job& job, const Identity& identity) {
  HP_TRYV(become(identity));
  if (identity.change && !forbid_set_id_files()) {
    return base::system_error("cannot forbid set-ID files", errno);
  }
  if (!job.apart) return run_command(job);
  if (!become_root_inside(job.talk.process.get(), CLONE_NEWNS)) {
    return base::system_error("cannot become root of a namespace", errno);
  }
  HP_TRY(const std::uint64_t before, mount_id(job.target));
  HP_TRYV(run_command(job));
  HP_TRY(const std::uint64_t after, mount_id(job.target));
  if (after == before) return base::success();
  HP_TRY(const base::FileDescriptor tree, copy_mount(job.target));
  return send_descriptor(job.talk.process.get(), tree.get());
}

}  // namespace

base::Result<void> start_volume_command(const NodeSandbox& sandbox, Processes& processes,
                                        Workplace& workplace, SpawnOrder order,
                                        const std::string& target,
                                        std::function<void(base::Result<void>)> then) {
  const auto job = std::make_shared<Job>();
  job->target = workplace.localized(target);
  job->apart = sandbox.facts().mounts && root_inside_allowed(workplace.identity());
  job->output = base::FileDescriptor(::memfd_create("output", MFD_CLOEXEC));
  if (!job->output.valid()) return base::system_error("cannot keep a command's output", errno);
  HP_TRY(job->talk, open_root_talk());
  job->order = std::move(order);
  job->order.output = job->output.get();
  const Identity identity = workplace.identity();
  HP_TRY(const pid_t pid,
         processes.start_task([job, identity] { return mount_and_send(*job, identity); },
                              [job, &workplace, then = std::move(then)](base::Result<void> ended) {
                                auto tree = receive_descriptor(job->talk.agent.get());
                                if (ended.has_value() && tree.valid()) {
                                  ended = workplace.show_tree(std::move(tree), job->target);
                                }
                                then(std::move(ended));
                              }));
  job->talk.process = base::FileDescriptor();
  if (!job->apart) return base::success();
  return grant_root_inside(job->talk.agent.get(), pid, identity);
}

}  // namespace homeport::agent
