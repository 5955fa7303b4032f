#include "agent/door_client.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "agent/packet.hpp"
#include "base/text.hpp"
#include "engine/door.hpp"
#include "engine/protocol.hpp"

namespace homeport::agent {
namespace {

constexpr int kNotStarted = 255;  // as remote shells say it

/// A pipe of what is started, and the standard stream that it goes on to.
struct Stream {
  base::FileDescriptor reading;
  base::FileDescriptor writing;
  int target = -1;
};

base::Result<Stream> make_stream(int target) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::system_error("cannot make a pipe", errno);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Stream{base::FileDescriptor(ends[0]), base::FileDescriptor(ends[1]), target};
}

bool write_all(int target, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(target, bytes.data(), bytes.size());
    if (size < 0 && errno == EAGAIN) {
      pollfd room{target, POLLOUT, 0};
      ::poll(&room, 1, -1);
    } else if (size < 0 && errno != EINTR) {
      return false;
    } else if (size > 0) {
      bytes.remove_prefix(static_cast<size_t>(size));
    }
  }
  return true;
}

/// Passes on what is there. False when nobody writes, or reads, any more.
bool pass_on(Stream& stream) {
  std::array<char, 65536> bytes{};
  while (true) {
    const ssize_t size = ::read(stream.reading.get(), bytes.data(), bytes.size());
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    if (size == 0) return false;
    if (!write_all(stream.target, {bytes.data(), static_cast<size_t>(size)})) return false;
  }
}

std::map<std::string, std::string> own_variables() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  variables.erase(engine::kDoorSecretVariable);
  return variables;
}

base::Result<base::FileDescriptor> connect_to(const std::string& host) {
  const char* doors = ::getenv(engine::kDoorsVariable);
  if (doors == nullptr) return base::invalid_argument("", "there are no other nodes to start on");
  // By an open directory: the address of a socket has room for 107 characters only.
  const base::FileDescriptor directory(::open(doors, O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return base::system_error(std::string("cannot open ") + doors, errno);
  const std::string path = "/proc/self/fd/" + std::to_string(directory.get()) + "/" + host;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const bool plain = !host.empty() && host.find('/') == std::string::npos;
  if (!plain || path.size() >= sizeof address.sun_path) {
    return base::invalid_argument("", "this is no node's name");
  }
  path.copy(address.sun_path, path.size());
  base::FileDescriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket.valid() ||
      ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ENOENT) return base::not_found("", "no node of this run has this name");
    return base::system_error("cannot reach the node", errno);
  }
  return socket;
}

base::Result<void> ask(int socket, const std::vector<std::string>& command, const Stream& output,
                       const Stream& errors) {
  engine::StartRequest request;
  const char* secret = ::getenv(engine::kDoorSecretVariable);
  request.secret = secret == nullptr ? "" : secret;
  request.command = base::join(command, " ");
  request.variables = own_variables();
  const std::string text = engine::encode(request);
  if (text.size() > engine::kLargestStartRequest) {
    return base::invalid_argument("", "the command and the environment are larger than " +
                                          std::to_string(engine::kLargestStartRequest) + " bytes");
  }
  return send_packet(socket, text, {output.writing.get(), errors.writing.get()});
}

/// Passes the streams on until the node says how the process ended.
base::Result<engine::StartReply> attend(int socket, Stream& output, Stream& errors) {
  std::array<pollfd, 3> watched{pollfd{socket, POLLIN, 0}, pollfd{output.reading.get(), POLLIN, 0},
                                pollfd{errors.reading.get(), POLLIN, 0}};
  while ((watched[0].revents & (POLLIN | POLLHUP | POLLERR)) == 0) {
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) {
      return base::system_error("cannot wait for the node", errno);
    }
    if (watched[1].revents != 0 && !pass_on(output)) watched[1].fd = -1;
    if (watched[2].revents != 0 && !pass_on(errors)) watched[2].fd = -1;
  }
  // What has ended has written all that it will; orphans of it may keep the pipes open.
  pass_on(output);
  pass_on(errors);
  HP_TRY(const Packet packet, receive_packet(socket, engine::kLargestStartRequest));
  if (packet.text.empty()) return base::internal("the node was lost");
  return engine::decode_start_reply(packet.text);
}

base::Result<engine::StartReply> start_on(const std::string& host,
                                          const std::vector<std::string>& command) {
  HP_TRY(Stream output, make_stream(STDOUT_FILENO));
  HP_TRY(Stream errors, make_stream(STDERR_FILENO));
  HP_TRY(const base::FileDescriptor socket, connect_to(host));
  HP_TRYV(ask(socket.get(), command, output, errors));
  output.writing = base::FileDescriptor();
  errors.writing = base::FileDescriptor();
  HP_TRY(const engine::StartReply reply, attend(socket.get(), output, errors));
  if (!reply.error.empty()) return base::internal(reply.error);
  return reply;
}

}  // namespace

int run_door_client(const std::vector<std::string>& words) {
  if (words.size() < 2 || words[0].starts_with("-")) {
    std::fprintf(stderr, "usage: %s HOST COMMAND... (starts COMMAND on a node of this run)\n",
                 engine::kStartProgram);
    return kNotStarted;
  }
  const auto reply = start_on(words[0], {words.begin() + 1, words.end()});
  if (reply.has_error()) {
    std::fprintf(stderr, "%s: %s: %s\n", engine::kStartProgram, words[0].c_str(),
                 reply.error().message.c_str());
    return kNotStarted;
  }
  return reply.value().signal != 0 ? 128 + reply.value().signal : reply.value().exit_code;
}

}  // namespace homeport::agent
