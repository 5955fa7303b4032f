#include "agent/journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace homeport::agent {
namespace {

constexpr off_t kStep = 256 << 10;

class ZeroedFile final : public base::AppendFile {
 public:
  explicit ZeroedFile(base::FileDescriptor file) : file_(std::move(file)) {}

  base::Result<void> append(std::string_view bytes) override {
    const off_t end = end_ + static_cast<off_t>(bytes.size());
    while (size_ < end + 1) {
      HP_TRYV(write_at(size_, std::string(static_cast<size_t>(kStep), '\0')));
      size_ += kStep;
    }
    // On failure the end stays where it was: the next record overwrites the half one.
    HP_TRYV(write_at(end_, bytes));
    end_ = end;
    return base::success();
  }
  base::Result<void> sync() override {
    if (::fdatasync(file_.get()) != 0) return base::system_error("cannot sync the journal", errno);
    return base::success();
  }
  base::Result<void> truncate() override {
    if (::ftruncate(file_.get(), 0) != 0) return base::system_error("cannot empty it", errno);
    end_ = size_ = 0;
    return base::success();
  }

 private:
  base::Result<void> write_at(off_t offset, std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::pwrite(file_.get(), bytes.data(), bytes.size(), offset);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return base::system_error("cannot write the journal", errno);
      offset += written;
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return base::success();
  }

  base::FileDescriptor file_;
  off_t end_ = 0;
  off_t size_ = 0;
};

}  // namespace

base::Result<std::unique_ptr<base::AppendFile>> create_journal_file(const std::string& path) {
  base::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.valid()) return base::system_error("cannot open " + path, errno);
  std::unique_ptr<base::AppendFile> journal = std::make_unique<ZeroedFile>(std::move(file));
  HP_TRYV(journal->append(""));
  HP_TRYV(journal->sync());
  return journal;
}

base::Result<void> Journal::write(const engine::JournalRecord& record) {
  note(record);
  return sync();
}

void Journal::note(const engine::JournalRecord& record) {
  noted_ += engine::encode(record);
  noted_ += '\n';
}

base::Result<void> Journal::sync() {
  if (noted_.empty()) return base::success();
  HP_TRYV(file_->append(noted_));
  noted_.clear();
  return file_->sync();
}

}  // namespace homeport::agent
