#include "agent/door.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <csignal>
#include <utility>

#include "agent/data_tree.hpp"
#include "agent/packet.hpp"
#include "engine/protocol.hpp"

namespace homeport::agent {
namespace {

constexpr size_t kMostSessions = 256;
constexpr auto kRequestPatience = std::chrono::seconds(10);
constexpr std::chrono::milliseconds kGrace{10000};  ///< of a process whose client has gone

bool equal_in_constant_time(const std::string& a, const std::string& b) {
  unsigned difference = a.size() == b.size() ? 0U : 1U;
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

bool is_pipe(const base::FileDescriptor& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 && S_ISFIFO(status.st_mode);
}

bool comes_from(int socket, uid_t user) {
  struct ucred peer {};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == user;
}

base::Result<base::FileDescriptor> listen_at(const std::string& path) {
  base::FileDescriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return base::invalid_argument("door", "the name of a door is too long");
  }
  path.copy(address.sun_path, path.size());
  ::unlink(path.c_str());
  // Who may pass is decided by the directory, the peer's user and the secret.
  if (!socket.valid() ||
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), 0666) != 0 || ::listen(socket.get(), 64) != 0) {
    return base::system_error("cannot open the node's door", errno);
  }
  return socket;
}

}  // namespace

/// One client.
struct Door::Session {
  Session(boost::asio::io_context& io, int descriptor) : socket(io, descriptor), timer(io) {}
  boost::asio::posix::stream_descriptor socket;
  boost::asio::steady_timer timer;  ///< for its request, then of its grace
  engine::StartRequest request;
  base::FileDescriptor output;
  base::FileDescriptor errors;
  bool asked = false;
  bool ending = false;
  pid_t pid = 0;  ///< 0: does not live
};

Door::Door(boost::asio::io_context& io, Processes& processes, Guard guard, Start start)
    : io_(io),
      processes_(processes),
      guard_(std::move(guard)),
      start_(std::move(start)),
      listener_(io) {}

Door::~Door() {
  *alive_ = false;
  close();
  boost::system::error_code ignored;
  for (const SessionPointer& session : sessions_) {
    session->timer.cancel();
    session->socket.close(ignored);
  }
}

base::Result<void> Door::open(const base::FileDescriptor& directory,
                              const std::vector<std::string>& names) {
  HP_TRY(directory_, open_beneath(directory.get(), "", O_PATH | O_DIRECTORY));
  if (names.empty()) return base::invalid_argument("door.names", "a door has no name");
  HP_TRY(base::FileDescriptor socket, listen_at(path_of(directory_) + "/" + names.front()));
  for (size_t i = 1; i < names.size(); ++i) {
    ::unlinkat(directory_.get(), names[i].c_str(), 0);
    if (::symlinkat(names.front().c_str(), directory_.get(), names[i].c_str()) != 0) {
      return base::system_error("cannot name the node's door", errno);
    }
  }
  names_ = names;
  listener_.assign(socket.release());
  accept();
  return base::success();
}

void Door::accept() {
  listener_.async_wait(
      boost::asio::posix::stream_descriptor::wait_read, [this, alive = alive_](auto failed) {
        if (failed || !*alive) return;
        greet(base::FileDescriptor(
            ::accept4(listener_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)));
        accept();
      });
}

void Door::greet(base::FileDescriptor socket) {
  if (!socket.valid()) return;
  const auto session = std::make_shared<Session>(io_, socket.release());
  sessions_.insert(session);
  if (sessions_.size() > kMostSessions) {
    return refuse(session, "this node starts no more than " + std::to_string(kMostSessions) +
                               " processes at a time");
  }
  session->timer.expires_after(kRequestPatience);
  session->timer.async_wait([this, alive = alive_, session](auto cancelled) {
    if (!cancelled && *alive && !session->asked) refuse(session, "no request came in time");
  });
  listen_to(session);
}

void Door::listen_to(const SessionPointer& session) {
  session->socket.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                             [this, alive = alive_, session](auto failed) {
                               if (!failed && *alive) received(session);
                             });
}

void Door::received(const SessionPointer& session) {
  if (session->asked) {
    // Only its end is still to be heard of it: it has one request.
    if (session->pid == 0) return drop(session);
    return end_process(session, kGrace);
  }
  const base::Result<void> read = read_request(*session);
  if (read.has_error() && read.error().code == base::ErrorCode::Unavailable) {
    return listen_to(session);
  }
  if (read.has_error()) return refuse(session, read.error().message);
  session->asked = true;
  session->timer.cancel();
  listen_to(session);
  if (admits_) start(session);
}

base::Result<void> Door::read_request(Session& session) const {
  HP_TRY(Packet packet,
         receive_packet(session.socket.native_handle(), engine::kLargestStartRequest));
  if (packet.text.empty()) return base::invalid_argument("request", "it left without a request");
  if (!comes_from(session.socket.native_handle(), guard_.user)) {
    return base::permission_denied("this door is another run's");
  }
  HP_TRY(session.request, engine::decode_start_request(packet.text));
  if (session.request.protocol != engine::kDoorProtocol) {
    return base::not_implemented("protocol " + std::to_string(session.request.protocol) +
                                 " of doors");
  }
  if (!equal_in_constant_time(session.request.secret, guard_.secret)) {
    return base::permission_denied("this door is another attempt's");
  }
  // Only pipes: closing them, here, cannot take time, as on a file system of the user's own it can.
  if (packet.files.size() != 2 || !is_pipe(packet.files[0]) || !is_pipe(packet.files[1])) {
    return base::invalid_argument("files", "a request brings two pipes");
  }
  session.output = std::move(packet.files[0]);
  session.errors = std::move(packet.files[1]);
  return base::success();
}

void Door::admit() {
  if (std::exchange(admits_, true)) return;
  const std::set<SessionPointer> waiting = sessions_;
  for (const SessionPointer& session : waiting) {
    if (session->asked) start(session);
  }
}

void Door::start(const SessionPointer& session) {
  const auto pid = start_(session->request, session->output.get(), session->errors.get(),
                          [this, alive = alive_, session](Exit exit) {
                            if (*alive) exited(session, exit);
                          });
  session->output = base::FileDescriptor();
  session->errors = base::FileDescriptor();
  if (pid.has_error()) return refuse(session, pid.error().message);
  session->pid = pid.value();
}

void Door::exited(const SessionPointer& session, Exit exit) {
  processes_.signal_group(std::exchange(session->pid, 0), SIGKILL);
  engine::StartReply reply;
  reply.exit_code = exit.code;
  reply.signal = exit.signal;
  // A client that does not read has gone, or will see the end.
  static_cast<void>(send_packet(session->socket.native_handle(), engine::encode(reply)));
  drop(session);
}

void Door::end_process(const SessionPointer& session, std::chrono::milliseconds grace) {
  if (session->pid == 0 || std::exchange(session->ending, true)) return;
  processes_.signal_group(session->pid, SIGTERM);
  session->timer.expires_after(grace);
  session->timer.async_wait([this, alive = alive_, session](auto cancelled) {
    if (!cancelled && *alive && session->pid != 0) processes_.kill_session(session->pid);
  });
}

void Door::refuse(const SessionPointer& session, const std::string& why) {
  engine::StartReply reply;
  reply.error = why;
  static_cast<void>(send_packet(session->socket.native_handle(), engine::encode(reply)));
  drop(session);
}

void Door::drop(const SessionPointer& session) {
  session->timer.cancel();
  boost::system::error_code ignored;
  session->socket.close(ignored);
  sessions_.erase(session);
  if (sessions_.empty() && when_empty_) std::exchange(when_empty_, nullptr)();
}

void Door::shut(std::chrono::milliseconds grace, std::function<void()> then) {
  close();
  for (const SessionPointer& session : sessions_) end_process(session, grace);
  if (sessions_.empty()) return then();
  when_empty_ = std::move(then);
}

void Door::close() {
  boost::system::error_code ignored;
  if (listener_.is_open()) listener_.close(ignored);
  for (const std::string& name : std::exchange(names_, {})) {
    ::unlinkat(directory_.get(), name.c_str(), 0);
  }
  const std::set<SessionPointer> all = sessions_;
  for (const SessionPointer& session : all) {
    if (session->pid == 0) refuse(session, "the run is ending on this node");
  }
}

}  // namespace homeport::agent
