#pragma once

#include <string>
#include <vector>

#include "agent/mounts.hpp"
#include "agent/sandbox.hpp"
#include "engine/engine.hpp"

namespace homeport::agent {

/// The places of one attempt on this node: its project directory, what is mounted or linked into
/// it, its log files. Made for one attempt, taken down at its end.
class Workplace {
 public:
  Workplace(const NodeSandbox& sandbox, const engine::AttemptOrder& order)
      : sandbox_(sandbox), order_(order), identity_(sandbox.identity(order.slot)) {}
  ~Workplace();
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  /// Project directory, and places of downloads and uploads: theirs to write, at the paths that
  /// the order names.
  base::Result<void> enter();
  /// The order's mounts. Apart from enter(), so that a snapshot is unpacked before.
  base::Result<void> mount();
  /// Makes `directory` writable for the attempt's user where it lies (an environment under
  /// construction).
  base::Result<void> open_for_writing(const std::string& directory);
  /// A download or an upload, file by file; takes its time, so in a fork of the agent.
  base::Result<void> copy(const engine::CopyOrder& order) const;
  /// Takes it back: nobody writes to it any more. Takes its time, so in a fork of the agent; then
  /// end_writing() in the agent itself.
  base::Result<void> take_back(const std::string& directory) const;
  void end_writing();
  /// Undoes the mounts.
  void leave();

  const Identity& identity() const { return identity_; }
  /// Project directory, as user code sees it.
  int project() const { return project_.get(); }
  /// A log below the artifacts, opened to append; user code may open it again by /dev/stdout.
  base::Result<base::FileDescriptor> open_log(const std::string& name) const;
  /// The last lines of a log, valid UTF-8; empty if there is none.
  std::string log_tail(const std::string& name) const;

 private:
  base::Result<void> show(const std::string& source, const std::string& target, Writable writable);
  base::Result<void> link(const std::string& source, const std::string& target);
  base::Result<void> give(const base::FileDescriptor& directory) const;
  base::Result<void> open_way(const std::string& path) const;

  const NodeSandbox& sandbox_;
  const engine::AttemptOrder& order_;
  Identity identity_;
  base::FileDescriptor project_;
  std::vector<base::FileDescriptor> mounted_;  ///< in order
};

}  // namespace homeport::agent
