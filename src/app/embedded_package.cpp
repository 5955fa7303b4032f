#include "app/embedded_package.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <fstream>
#include <memory>

#include "base/file.hpp"
#include "base/text.hpp"
#include "security/tokens.hpp"

namespace homeport::app {
namespace {

struct ArchiveCloser {
  void operator()(archive* reader) const { archive_read_free(reader); }
};

base::Error cannot_unpack(archive* reader) {
  const char* why = archive_error_string(reader);
  return base::internal(
      fmt::format("cannot unpack the embedded package: {}", why == nullptr ? "unknown" : why));
}

base::Result<void> write_entry(archive* reader, const std::filesystem::path& path) {
  HP_TRYV(base::make_directory(path.parent_path()));
  std::ofstream file(path, std::ios::binary);
  const void* block = nullptr;
  size_t size = 0;
  la_int64_t offset = 0;
  int status = ARCHIVE_OK;
  while ((status = archive_read_data_block(reader, &block, &size, &offset)) == ARCHIVE_OK) {
    file.write(static_cast<const char*>(block), static_cast<std::streamsize>(size));
  }
  if (status != ARCHIVE_EOF) return cannot_unpack(reader);
  file.close();
  if (!file) {
    return base::Error{
        base::ErrorCode::ResourceExhausted, "cannot write " + path.string(), {}, {}, {}};
  }
  return base::success();
}

base::Result<void> unpack_zip(std::string_view zip, const std::filesystem::path& directory) {
  const std::unique_ptr<archive, ArchiveCloser> reader(archive_read_new());
  archive_read_support_format_zip(reader.get());
  if (archive_read_open_memory(reader.get(), zip.data(), zip.size()) != ARCHIVE_OK) {
    return cannot_unpack(reader.get());
  }
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while ((status = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK) {
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    HP_TRYV(write_entry(reader.get(), directory / archive_entry_pathname(entry)));
  }
  return status == ARCHIVE_EOF ? base::success() : base::Result<void>(cannot_unpack(reader.get()));
}

}  // namespace

base::Result<void> unpack_package(std::string_view archive,
                                  const std::filesystem::path& directory) {
  const std::string hash = base::to_hex(security::sha256(archive));
  const std::filesystem::path marker = directory / ".wheel";
  const auto unpacked = base::read_file(marker);
  if (unpacked.has_value() && unpacked.value() == hash) return base::success();
  std::error_code error;
  std::filesystem::remove_all(directory, error);
  HP_TRYV(base::make_directory(directory, 0755));
  HP_TRYV(unpack_zip(archive, directory));
  // Last, so that a crash in between leaves a folder that is unpacked again.
  return base::write_file_durably(marker, hash);
}

}  // namespace homeport::app
