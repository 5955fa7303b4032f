#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/processes.hpp"
#include "base/file.hpp"
#include "engine/door.hpp"

namespace homeport::agent {

/// Where processes of an attempt, on any of its nodes, have processes started on this node; see
/// engine/door.hpp. Lives no longer than the attempt. A process's end, or that of its client, ends
/// what it left behind in its group.
class Door {
 public:
  /// Starts what a request asks for; output and errors are the client's pipes.
  using Start = std::function<base::Result<pid_t>(const engine::StartRequest& request, int output,
                                                  int errors, std::function<void(Exit)> on_exit)>;
  struct Guard {
    uid_t user;          ///< no other user's processes come in
    std::string secret;  ///< nor does who does not know this
  };

  Door(boost::asio::io_context& io, Processes& processes, Guard guard, Start start);
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  /// Listens in `directory` under each of `names`. Nothing is started before admit().
  base::Result<void> open(const base::FileDescriptor& directory,
                          const std::vector<std::string>& names);
  /// The attempt runs: starts what has been asked for meanwhile, and what will be.
  void admit();
  /// Takes nothing more and ends what it has started: SIGTERM, `grace`, SIGKILL; then calls `then`.
  void shut(std::chrono::milliseconds grace, std::function<void()> then);
  /// Takes nothing more and refuses what waits. What runs is left to whoever kills everything of
  /// the node.
  void close();

 private:
  struct Session;
  using SessionPointer = std::shared_ptr<Session>;

  void accept();
  void greet(base::FileDescriptor socket);
  void listen_to(const SessionPointer& session);
  void received(const SessionPointer& session);
  base::Result<void> read_request(Session& session) const;
  void start(const SessionPointer& session);
  void exited(const SessionPointer& session, Exit exit);
  void end_process(const SessionPointer& session, std::chrono::milliseconds grace);
  void refuse(const SessionPointer& session, const std::string& why);
  void drop(const SessionPointer& session);

  boost::asio::io_context& io_;
  Processes& processes_;
  Guard guard_;
  Start start_;
  boost::asio::posix::stream_descriptor listener_;
  base::FileDescriptor directory_;
  std::vector<std::string> names_;
  std::set<SessionPointer> sessions_;
  std::function<void()> when_empty_;
  bool admits_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace homeport::agent
