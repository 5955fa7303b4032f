#include "service/snapshots.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/text.hpp"
#include "service/transactions.hpp"

namespace homeport::service {
namespace {

struct ArchiveCloser {
  void operator()(archive* reader) const { archive_read_free(reader); }
};

bool leaves_its_folder(const std::string& name) {
  if (name.empty() || name.front() == '/') return true;
  for (const std::string& part : base::split(name, '/')) {
    if (part == "..") return true;
  }
  return name.find('\0') != std::string::npos;
}

base::Error not_a_zip(const char* cause) {
  return base::invalid_argument("projectZipFile",
                                fmt::format("the project is not a readable zip archive: {}",
                                            cause == nullptr ? "unknown format" : cause));
}

base::Result<void> copy_all(int from, int to) {
  off_t offset = 0;
  while (true) {
    const ssize_t copied = ::copy_file_range(from, &offset, to, nullptr, 1U << 30, 0);
    if (copied == 0) return base::success();
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0) return base::system_error("cannot keep the snapshot", errno);
  }
}

}  // namespace

base::Result<std::set<std::string>> zip_file_names(const base::FileDescriptor& zip,
                                                   uint64_t limit_bytes) {
  const std::unique_ptr<archive, ArchiveCloser> reader(archive_read_new());
  archive_read_support_format_zip(reader.get());
  // libarchive moves the offset of what it reads; others may share it.
  const base::FileDescriptor own(
      ::open(fmt::format("/proc/self/fd/{}", zip.get()).c_str(), O_RDONLY | O_CLOEXEC));
  if (!own.valid()) return base::system_error("cannot read the project zip", errno);
  if (archive_read_open_fd(reader.get(), own.get(), 65536) != ARCHIVE_OK) {
    return not_a_zip(archive_error_string(reader.get()));
  }
  std::set<std::string> names;
  uint64_t total = 0;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while ((status = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK) {
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr || leaves_its_folder(name)) {
      return base::invalid_argument("projectZipFile",
                                    "a name in the project zip leaves its folder");
    }
    total += static_cast<uint64_t>(archive_entry_size(entry));
    if (total > limit_bytes) {
      return base::invalid_argument(
          "projectZipFile",
          fmt::format("the project is larger than {} MB unpacked", limit_bytes >> 20));
    }
    if (archive_entry_filetype(entry) == AE_IFREG) names.insert(name);
  }
  if (status != ARCHIVE_EOF) return not_a_zip(archive_error_string(reader.get()));
  return names;
}

base::Result<domain::ProjectSnapshot> keep_snapshot(const Context& context,
                                                    const domain::WorkspaceId& workspace,
                                                    const domain::SnapshotId& id,
                                                    const base::FileDescriptor& zip) {
  domain::ProjectSnapshot snapshot;
  snapshot.id = id.empty() ? domain::SnapshotId(base::random_uuid()) : id;
  snapshot.workspace_id = workspace;
  snapshot.file = fmt::format("snapshots/{}/{}.zip", workspace.text(), snapshot.id.text());
  snapshot.created_at = context.clock.wall();
  const std::filesystem::path path = context.data_directory / snapshot.file;
  HP_TRYV(base::make_directory(path.parent_path(), 0700));
  const std::string temporary = path.string() + ".new-" + base::random_hex(4);
  const base::FileDescriptor file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.valid()) return base::system_error("cannot keep the snapshot", errno);
  base::Result<void> kept = copy_all(zip.get(), file.get());
  if (kept.has_value() && ::fdatasync(file.get()) != 0) {
    kept = base::system_error("cannot sync the snapshot", errno);
  }
  if (kept.has_value() && ::rename(temporary.c_str(), path.c_str()) != 0) {
    kept = base::system_error("cannot keep the snapshot", errno);
  }
  if (kept.has_error()) {
    ::unlink(temporary.c_str());
    return std::move(kept).error();
  }
  HP_TRYV(base::sync_directory(path.parent_path()));
  HP_TRYV(base::sync_directory(path.parent_path().parent_path()));
  snapshot.size_bytes = std::filesystem::file_size(path);
  return snapshot;
}

void drop_snapshot(const Context& context, const domain::ProjectSnapshot& snapshot) {
  std::error_code ignored;
  std::filesystem::remove(context.data_directory / snapshot.file, ignored);
}

base::Result<domain::ProjectSnapshot> get_snapshot(const Context& context,
                                                   const domain::WorkspaceId& workspace,
                                                   const domain::SnapshotId& id) {
  return read(context.ledger, [&](ledger::Transaction& tx) {
    return required(tx.snapshots().find(workspace, id),
                    base::not_found("SnapshotNotFound", fmt::format("no snapshot {}", id.text())));
  });
}

}  // namespace homeport::service
