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

  /// Project directory, scratch, the order's files, folders of files, and places of downloads and
  /// uploads: theirs to write, at the paths that the order names.
  base::Result<void> enter();
  /// The order's mounts, but for those in the project.
  base::Result<void> mount_volumes();
  /// Those in the project. Apart, so that a snapshot is unpacked before.
  base::Result<void> mount_in_project();
  /// What a command has mounted, at `target`.
  base::Result<void> show_tree(base::FileDescriptor tree, const std::string& target);
  /// Makes `directory` writable for the attempt's user where it lies (an environment under
  /// construction).
  base::Result<void> open_for_writing(const std::string& directory);
  /// A download or an upload, file by file; takes its time, so in a fork of the agent.
  base::Result<void> copy(const engine::CopyOrder& order) const;
  /// Takes it back: nobody writes to it any more. Takes its time, so in a fork of the agent; then
  /// end_writing() in the agent itself.
  base::Result<void> take_back(const std::string& directory) const;
  void end_writing();
  /// Lets the attempt's user reach `path` where nothing can be mounted; elsewhere it is shown.
  base::Result<void> let_pass_to(const std::string& path) const;
  /// Undoes the mounts.
  void leave();

  const Identity& identity() const { return identity_; }
  /// Project directory, as user code sees it.
  int project() const { return project_.get(); }
  /// `path` as user code sees it, for a process to start in.
  base::Result<base::FileDescriptor> open_directory(const std::string& path) const;
  /// `text` with paths of scratch as this machine has them (ScratchOrder).
  std::string localized(std::string text) const;
  /// A log among the run's files, opened to append; user code may open it again by /dev/stdout.
  base::Result<base::FileDescriptor> open_log(const std::string& name) const;
  /// The last lines of a log, valid UTF-8; empty if there is none.
  std::string log_tail(const std::string& name) const;

 private:
  struct FileWay {
    std::string directory;  ///< absolute
    std::string name;       ///< of the file, relative to it
  };

  FileWay way_to(const std::string& name) const;
  const DataTree& seen() const;  ///< as user code has it
  base::Result<void> write_files() const;
  void remove_files() const;
  base::Result<void> enter_folders();
  base::Result<void> mount_one(const engine::MountOrder& order);
  base::Result<void> show(const std::string& source, const std::string& target, Writable writable);
  base::Result<void> link(const std::string& source, const std::string& target);
  base::Result<void> give(const base::FileDescriptor& directory) const;
  base::Result<void> open_to_runs(const base::FileDescriptor& directory) const;
  base::Result<void> open_way(const std::string& path) const;

  const NodeSandbox& sandbox_;
  const engine::AttemptOrder& order_;
  Identity identity_;
  base::FileDescriptor project_;
  std::vector<base::FileDescriptor> mounted_;  ///< in order
};

}  // namespace homeport::agent
