#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace homeport::testing {

/// A SQLite VFS over the machine's own that knows what of each file has reached the disk. What was
/// written since the last sync of its file may, at a crash, be there, be lost, or be torn between
/// sectors, each write by itself. One at a time; must outlive every connection that uses it.
class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  /// The VFS's name, for SqliteOptions::vfs.
  static const char* name() { return "homeport-faulty"; }

  /// Called on the syncing thread before a sync has any effect and again after it.
  void at_sync(std::function<void()> handler) { at_sync_ = std::move(handler); }
  /// While true, syncs fail with an I/O error and nothing new is known to be on the disk.
  void fail_syncs(bool fail) { fail_syncs_ = fail; }
  /// While true, writes find no space.
  void be_full(bool full) { full_ = full; }
  int syncs() const { return syncs_; }

  /// Puts into `folder` what the files could hold if the power went now; another seed, another way.
  void write_crash_image(const std::filesystem::path& folder, uint32_t seed);

 private:
  struct Change {
    bool truncates = false;
    int64_t offset = 0;  ///< the new size, if it truncates
    std::string bytes;
  };
  struct TrackedFile {
    std::string durable;
    std::vector<Change> pending;
  };
  struct OpenFile;
  friend struct OpenFile;

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out);
  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder);
  static void apply(std::string& content, const Change& change);
  static void tear(std::string& content, const Change& change, std::mt19937& random);

  void track(const std::string& path);
  void note(const std::string& path, Change change);
  int sync(const std::string& path);

  sqlite3_vfs vfs_{};
  sqlite3_vfs* real_;
  std::function<void()> at_sync_;
  std::atomic<bool> fail_syncs_{false};
  std::atomic<bool> full_{false};
  std::atomic<int> syncs_{0};
  std::mutex mutex_;  ///< guards files_
  std::map<std::string, TrackedFile> files_;
};

}  // namespace homeport::testing
