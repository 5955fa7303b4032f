#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "engine/journal_record.hpp"

namespace homeport::agent {

/// A file written ahead with zeros, in which appending changes no metadata: syncing it costs the
/// disk one write, not a commit of the file system's journal with everybody's changes. Its end is
/// where the zeros begin. Makes `path` anew.
base::Result<std::unique_ptr<base::AppendFile>> create_journal_file(const std::string& path);

/// The agent's memory on disk, one line a record: what it must not forget even if it dies, because
/// the server reads it then. One thread.
class Journal {
 public:
  explicit Journal(std::unique_ptr<base::AppendFile> file) : file_(std::move(file)) {}

  /// Durable when it returns. Records noted before become durable with it.
  base::Result<void> write(const engine::JournalRecord& record);
  /// Kept in memory until sync(): many records, one fdatasync.
  void note(const engine::JournalRecord& record);
  base::Result<void> sync();

 private:
  std::unique_ptr<base::AppendFile> file_;
  std::string noted_;
};

}  // namespace homeport::agent
