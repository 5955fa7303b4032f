#pragma once

#include <cstddef>
#include <map>
#include <string>

/// How a process of an attempt has another one started on another node of the attempt, as over a
/// remote shell. Each node of the attempt listens at a unix socket (SOCK_SEQPACKET) in a directory
/// that they share, under its host name and its address. One connection is one process: the client
/// sends one packet, a StartRequest and the writing ends of two pipes (standard output and error of
/// what is started); the node answers with one StartReply when the process has ended, or could not
/// be started. A client that goes away earlier ends its process.
namespace homeport::engine {

inline constexpr int kDoorProtocol = 1;
/// The largest packet, in bytes: what the kernel passes on with a socket's default buffer.
inline constexpr std::size_t kLargestStartRequest = 160 << 10;

/// The name under which the agent's program is the client.
inline constexpr const char* kStartProgram = "homeport-start";

/// Where the client finds the doors, and what lets it in.
inline constexpr const char* kDoorsVariable = "HOMEPORT_DOORS";
inline constexpr const char* kDoorSecretVariable = "HOMEPORT_DOOR_SECRET";

struct StartRequest {
  int protocol = kDoorProtocol;
  std::string secret;
  std::string command;  ///< for /bin/sh, as a remote shell's
  std::map<std::string, std::string>
      variables;  ///< of the client: the process finds those that its node does not set itself
  bool operator==(const StartRequest&) const = default;
};

struct StartReply {
  int protocol = kDoorProtocol;
  std::string error;  ///< one sentence; not empty: nothing was started
  int exit_code = 0;
  int signal = 0;  ///< that ended the process, 0 if none
  bool operator==(const StartReply&) const = default;
};

}  // namespace homeport::engine
