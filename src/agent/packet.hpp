#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::agent {

/// One message of a SOCK_SEQPACKET socket, and the open files that came with it.
struct Packet {
  std::string text;  ///< empty: the other end is gone
  std::vector<base::FileDescriptor> files;
};

/// InvalidArgument for one of more than `largest` bytes or two files, Unavailable if none is there
/// yet, else what the kernel says.
base::Result<Packet> receive_packet(int socket, size_t largest);

/// InvalidArgument where it is larger than the socket takes.
base::Result<void> send_packet(int socket, std::string_view text,
                               const std::vector<int>& files = {});

}  // namespace homeport::agent
