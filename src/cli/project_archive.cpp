#include "cli/project_archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "base/file.hpp"
#include "cli/ignore_rules.hpp"

namespace homeport::cli {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxBytes = 300ULL << 20;

IgnoreRules rules_of(const fs::path& folder) {
  auto text = base::read_file(folder / ".amlignore");
  if (!text) {
    text = base::read_file(folder / ".gitignore");
  }
  IgnoreRules rules = text ? IgnoreRules::parse(text.value()) : IgnoreRules();
  for (const char* always : {".git", ".azureml/", "__pycache__/", ".ipynb_checkpoints/"}) {
    rules.add(always);
  }
  return rules;
}

struct FoundFile {
  std::string name;  ///< relative
  uint64_t size = 0;
};

base::Result<std::vector<FoundFile>> find_files(const fs::path& folder) {
  const IgnoreRules rules = rules_of(folder);
  std::vector<FoundFile> files;
  std::error_code failure;
  fs::recursive_directory_iterator walk(folder, failure);
  for (; !failure && walk != fs::recursive_directory_iterator(); walk.increment(failure)) {
    const std::string name = walk->path().lexically_relative(folder).generic_string();
    const bool is_folder = walk->is_directory(failure);
    if (rules.ignores(name, is_folder ? IgnoreRules::Kind::Folder : IgnoreRules::Kind::File)) {
      walk.disable_recursion_pending();
    } else if (!is_folder && walk->is_regular_file(failure)) {
      files.push_back({name, walk->file_size(failure)});
    }
    failure.clear();  // A file that went away in between, or a broken link, is not in the project.
  }
  if (failure) {
    return base::system_error("read " + folder.string(), failure.value());
  }
  std::sort(files.begin(), files.end(),
            [](const FoundFile& a, const FoundFile& b) { return a.name < b.name; });
  return files;
}

base::Error too_large(const std::vector<FoundFile>& files, uint64_t total) {
  const auto largest =
      std::max_element(files.begin(), files.end(),
                       [](const FoundFile& a, const FoundFile& b) { return a.size < b.size; });
  return {base::ErrorCode::ResourceExhausted,
          "the project has " + std::to_string(total >> 20) +
              " MB, and 300 MB is the most that a run takes; its largest file is " + largest->name +
              ". Name what the run does not need in .amlignore, and keep data in a datastore "
              "(homeport data cp)",
          {},
          "SnapshotTooLarge",
          {}};
}

using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;

la_ssize_t append_to_text(archive* /*writer*/, void* text, const void* bytes, size_t size) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

base::Error archive_error(archive* writer, const std::string& name) {
  const char* why = archive_error_string(writer);
  return base::internal("cannot pack " + name, why != nullptr ? why : "");
}

base::Result<void> add_file(archive* writer, const fs::path& folder, const std::string& name) {
  HP_TRY(const std::string content, base::read_file(folder / name));
  struct stat info {};
  const bool has_info = ::stat((folder / name).c_str(), &info) == 0;
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            &archive_entry_free);
  archive_entry_set_pathname_utf8(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), has_info ? info.st_mode & 0777U : 0644U);
  archive_entry_set_mtime(entry.get(), has_info ? info.st_mtime : 0, 0);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
  if (archive_write_header(writer, entry.get()) != ARCHIVE_OK ||
      archive_write_data(writer, content.data(), content.size()) < 0) {
    return archive_error(writer, name);
  }
  return base::success();
}

}  // namespace

base::Result<ProjectArchive> pack_project(const fs::path& folder) {
  HP_TRY(const auto files, find_files(folder));
  ProjectArchive project;
  for (const FoundFile& file : files) {
    project.unpacked_bytes += file.size;
  }
  if (project.unpacked_bytes > kMaxBytes) {
    return too_large(files, project.unpacked_bytes);
  }
  const Writer writer(archive_write_new(), &archive_write_free);
  archive_write_set_format_zip(writer.get());
  archive_write_set_format_option(writer.get(), "zip", "hdrcharset", "UTF-8");
  if (archive_write_open(writer.get(), &project.zip, nullptr, append_to_text, nullptr) !=
      ARCHIVE_OK) {
    return archive_error(writer.get(), folder.string());
  }
  for (const FoundFile& file : files) {
    HP_TRYV(add_file(writer.get(), folder, file.name));
    project.files.push_back(file.name);
  }
  if (archive_write_close(writer.get()) != ARCHIVE_OK) {
    return archive_error(writer.get(), folder.string());
  }
  return project;
}

}  // namespace homeport::cli
