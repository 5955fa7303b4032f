#include "agent/unpack.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>

#include "agent/data_tree.hpp"
#include "base/text.hpp"

namespace homeport::agent {
namespace {

using Archive = std::unique_ptr<archive, int (*)(archive*)>;

base::Error refused(const std::string& name, const std::string& why) {
  return base::invalid_argument("snapshot", "the snapshot's entry '" + name + "' " + why);
}

/// "a/b/c" of "./a//b/c/"; InvalidArgument for a name that leads elsewhere.
base::Result<std::string> plain_name(const std::string& name) {
  if (name.starts_with('/')) return refused(name, "is an absolute path");
  std::string plain;
  for (const std::string& part : base::split(name, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") return refused(name, "leaves the project directory");
    plain += (plain.empty() ? "" : "/") + part;
  }
  return plain;
}

base::Result<void> copy_content(archive* from, int file, std::int64_t& room) {
  const void* block = nullptr;
  size_t size = 0;
  la_int64_t offset = 0;
  int status = ARCHIVE_OK;
  while ((status = archive_read_data_block(from, &block, &size, &offset)) == ARCHIVE_OK) {
    room -= static_cast<std::int64_t>(size);
    if (room < 0) return base::invalid_argument("snapshot", "the snapshot is too large unpacked");
    const char* bytes = static_cast<const char*>(block);
    while (size > 0) {
      const ssize_t written = ::pwrite(file, bytes, size, offset);
      if (written < 0) return base::system_error("cannot write a file of the snapshot", errno);
      bytes += written;
      offset += written;
      size -= static_cast<size_t>(written);
    }
  }
  if (status == ARCHIVE_EOF) return base::success();
  return base::invalid_argument(
      "snapshot", std::string("the snapshot cannot be read: ") + archive_error_string(from));
}

base::Result<void> unpack_file(archive* from, archive_entry* entry, const std::string& name,
                               int directory, std::int64_t& room) {
  const size_t slash = name.rfind('/');
  if (slash != std::string::npos) {
    HP_TRYV(make_beneath(directory, name.substr(0, slash)));
  }
  const unsigned mode = (archive_entry_perm(entry) & 0111) != 0 ? 0755 : 0644;
  HP_TRY(const base::FileDescriptor file,
         open_beneath(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode));
  return copy_content(from, file.get(), room);
}

}  // namespace

base::Result<void> unpack_zip(const base::FileDescriptor& zip, int directory,
                              const UnpackLimits& limits) {
  const Archive reader(archive_read_new(), archive_read_free);
  archive_read_support_format_zip_seekable(reader.get());
  if (archive_read_open_fd(reader.get(), zip.get(), 1 << 17) != ARCHIVE_OK) {
    return base::invalid_argument("snapshot", std::string("the snapshot is not a zip archive: ") +
                                                  archive_error_string(reader.get()));
  }
  std::int64_t room = limits.bytes;
  std::int64_t entries = 0;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while ((status = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK) {
    if (++entries > limits.entries) {
      return base::invalid_argument("snapshot", "the snapshot has too many entries");
    }
    const char* text = archive_entry_pathname(entry);
    const std::string given = text != nullptr ? text : "";
    HP_TRY(const std::string name, plain_name(given));
    const auto type = archive_entry_filetype(entry);
    if (type == AE_IFDIR) {
      if (!name.empty()) {
        HP_TRYV(make_beneath(directory, name));
      }
    } else if (type == AE_IFREG || type == 0) {
      HP_TRYV(unpack_file(reader.get(), entry, name, directory, room));
    } else {
      return refused(given, "is neither a file nor a directory");
    }
  }
  if (status == ARCHIVE_EOF) return base::success();
  return base::invalid_argument("snapshot", std::string("the snapshot cannot be read: ") +
                                                archive_error_string(reader.get()));
}

}  // namespace homeport::agent
