#include "faulty_disk.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <new>
#include <stdexcept>
#include <utility>

namespace homeport::testing {

namespace {

constexpr size_t kSector = 512;

}  // namespace

/// What SQLite holds for each open file; the real VFS's own object follows it in memory.
struct FaultyDisk::OpenFile {
  sqlite3_file base;
  FaultyDisk* disk;
  std::string* path;  ///< null for a file that is not tracked

  static OpenFile& of(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
  static sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(OpenFile));
  }
  static const sqlite3_io_methods& real_methods(sqlite3_file* file) {
    return *real(file)->pMethods;
  }

  static int close(sqlite3_file* file) {
    const int outcome = real_methods(file).xClose(real(file));
    delete std::exchange(of(file).path, nullptr);
    return outcome;
  }
  static int read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    return real_methods(file).xRead(real(file), into, size, offset);
  }
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    if (of(file).disk->full_) return SQLITE_FULL;
    const int outcome = real_methods(file).xWrite(real(file), bytes, size, offset);
    if (outcome == SQLITE_OK && of(file).path) {
      std::string copy(static_cast<const char*>(bytes), static_cast<size_t>(size));
      of(file).disk->note(*of(file).path, {false, offset, std::move(copy)});
    }
    return outcome;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const int outcome = real_methods(file).xTruncate(real(file), size);
    if (outcome == SQLITE_OK && of(file).path) {
      of(file).disk->note(*of(file).path, {true, size, {}});
    }
    return outcome;
  }
  static int sync(sqlite3_file* file, int flags) {
    if (!of(file).path) return real_methods(file).xSync(real(file), flags);
    return of(file).disk->sync(*of(file).path);
  }
  static int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real_methods(file).xFileSize(real(file), size);
  }
  static int lock(sqlite3_file* file, int level) {
    return real_methods(file).xLock(real(file), level);
  }
  static int unlock(sqlite3_file* file, int level) {
    return real_methods(file).xUnlock(real(file), level);
  }
  static int check_reserved_lock(sqlite3_file* file, int* held) {
    return real_methods(file).xCheckReservedLock(real(file), held);
  }
  static int file_control(sqlite3_file* file, int operation, void* argument) {
    return real_methods(file).xFileControl(real(file), operation, argument);
  }
  static int sector_size(sqlite3_file* file) { return real_methods(file).xSectorSize(real(file)); }
  static int device_characteristics(sqlite3_file* file) {
    return real_methods(file).xDeviceCharacteristics(real(file));
  }
  static int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
    return real_methods(file).xShmMap(real(file), page, size, extend, memory);
  }
  static int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return real_methods(file).xShmLock(real(file), offset, count, flags);
  }
  static void shm_barrier(sqlite3_file* file) { real_methods(file).xShmBarrier(real(file)); }
  static int shm_unmap(sqlite3_file* file, int remove) {
    return real_methods(file).xShmUnmap(real(file), remove);
  }

  // Version 2: without memory-mapped reads, which would pass by this layer.
  static inline const sqlite3_io_methods kMethods = {2,
                                                     close,
                                                     read,
                                                     write,
                                                     truncate,
                                                     sync,
                                                     file_size,
                                                     lock,
                                                     unlock,
                                                     check_reserved_lock,
                                                     file_control,
                                                     sector_size,
                                                     device_characteristics,
                                                     shm_map,
                                                     shm_lock,
                                                     shm_barrier,
                                                     shm_unmap,
                                                     nullptr,
                                                     nullptr};
};

FaultyDisk::FaultyDisk() : real_(sqlite3_vfs_find(nullptr)) {
  vfs_ = *real_;
  vfs_.szOsFile = static_cast<int>(sizeof(OpenFile)) + real_->szOsFile;
  vfs_.pNext = nullptr;
  vfs_.zName = name();
  vfs_.pAppData = this;
  vfs_.xOpen = open;
  vfs_.xDelete = remove;
  if (sqlite3_vfs_register(&vfs_, 0) != SQLITE_OK) throw std::runtime_error("no VFS");
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&vfs_);
}

int FaultyDisk::open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out) {
  auto* disk = static_cast<FaultyDisk*>(vfs->pAppData);
  auto* opened = new (file) OpenFile{{nullptr}, disk, nullptr};
  const bool tracked = path && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0;
  if (tracked) disk->track(path);
  const int outcome = disk->real_->xOpen(disk->real_, path, OpenFile::real(file), flags, out);
  if (OpenFile::real(file)->pMethods) {
    opened->base.pMethods = &OpenFile::kMethods;
    if (tracked) opened->path = new std::string(path);
  }
  return outcome;
}

int FaultyDisk::remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  auto* disk = static_cast<FaultyDisk*>(vfs->pAppData);
  const int outcome = disk->real_->xDelete(disk->real_, path, sync_folder);
  const std::lock_guard lock(disk->mutex_);
  if (outcome == SQLITE_OK) disk->files_.erase(path);
  return outcome;
}

void FaultyDisk::track(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] = files_.try_emplace(path);
  if (!is_new) return;
  std::ifstream there(path, std::ios::binary);
  at->second.durable.assign(std::istreambuf_iterator<char>(there), {});
}

void FaultyDisk::note(const std::string& path, Change change) {
  const std::lock_guard lock(mutex_);
  files_[path].pending.push_back(std::move(change));
}

int FaultyDisk::sync(const std::string& path) {
  if (at_sync_) at_sync_();
  if (fail_syncs_) return SQLITE_IOERR_FSYNC;
  {
    const std::lock_guard lock(mutex_);
    TrackedFile& file = files_[path];
    for (const Change& change : file.pending) apply(file.durable, change);
    file.pending.clear();
  }
  ++syncs_;
  if (at_sync_) at_sync_();
  return SQLITE_OK;
}

void FaultyDisk::apply(std::string& content, const Change& change) {
  const auto offset = static_cast<size_t>(change.offset);
  if (change.truncates) {
    content.resize(std::min(content.size(), offset));
    return;
  }
  if (content.size() < offset + change.bytes.size()) content.resize(offset + change.bytes.size());
  content.replace(offset, change.bytes.size(), change.bytes);
}

void FaultyDisk::tear(std::string& content, const Change& change, std::mt19937& random) {
  for (size_t from = 0; from < change.bytes.size(); from += kSector) {
    if (random() % 2 == 0) continue;
    apply(content,
          {false, change.offset + static_cast<int64_t>(from), change.bytes.substr(from, kSector)});
  }
}

void FaultyDisk::write_crash_image(const std::filesystem::path& folder, uint32_t seed) {
  std::filesystem::create_directories(folder);
  std::mt19937 random(seed);
  const std::lock_guard lock(mutex_);
  for (const auto& [path, file] : files_) {
    std::string content = file.durable;
    // Now and then the disk was quick, or slow, with everything.
    const auto luck = random() % 6;
    for (const Change& change : file.pending) {
      const auto fate = luck < 2 ? luck : random() % 3;
      if (fate == 0) continue;
      if (fate == 1 || change.truncates) {
        apply(content, change);
      } else {
        tear(content, change, random);
      }
    }
    std::ofstream(folder / std::filesystem::path(path).filename(), std::ios::binary) << content;
  }
}

}  // namespace homeport::testing
