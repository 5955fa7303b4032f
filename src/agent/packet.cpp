#include "agent/packet.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace homeport::agent {
namespace {

constexpr size_t kMostFiles = 2;

/// Room for the kernel's note of files that come or go with a packet.
struct alignas(cmsghdr) FileNote {
  std::array<char, CMSG_SPACE(sizeof(int) * kMostFiles)> bytes{};
};

void take_files(msghdr& message, std::vector<base::FileDescriptor>& files) {
  for (cmsghdr* note = CMSG_FIRSTHDR(&message); note != nullptr;
       note = CMSG_NXTHDR(&message, note)) {
    if (note->cmsg_level != SOL_SOCKET || note->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (note->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int file = -1;
      std::memcpy(&file, CMSG_DATA(note) + i * sizeof file, sizeof file);
      files.emplace_back(file);
    }
  }
}

}  // namespace

base::Result<Packet> receive_packet(int socket, size_t largest) {
  Packet packet;
  packet.text.resize(largest);
  FileNote note;
  iovec bytes{packet.text.data(), packet.text.size()};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = note.bytes.data();
  message.msg_controllen = note.bytes.size();
  const ssize_t size = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
    return base::Error{base::ErrorCode::Unavailable, "nothing is there yet"};
  }
  if (size < 0) return base::system_error("cannot receive", errno);
  take_files(message, packet.files);
  if ((message.msg_flags & MSG_TRUNC) != 0) {
    return base::invalid_argument("packet",
                                  "a message is larger than " + std::to_string(largest) + " bytes");
  }
  if ((message.msg_flags & MSG_CTRUNC) != 0) {
    return base::invalid_argument("packet", "more files than two came");
  }
  packet.text.resize(static_cast<size_t>(size));
  return packet;
}

base::Result<void> send_packet(int socket, std::string_view text, const std::vector<int>& files) {
  FileNote note;
  iovec bytes{const_cast<char*>(text.data()), text.size()};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  if (!files.empty()) {
    message.msg_control = note.bytes.data();
    message.msg_controllen = CMSG_SPACE(sizeof(int) * files.size());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * files.size());
    std::memcpy(CMSG_DATA(header), files.data(), sizeof(int) * files.size());
  }
  if (::sendmsg(socket, &message, MSG_NOSIGNAL) >= 0) return base::success();
  if (errno == EMSGSIZE) return base::invalid_argument("packet", "the message is too large");
  return base::system_error("cannot send", errno);
}

}  // namespace homeport::agent
