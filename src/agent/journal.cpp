#include "agent/journal.hpp"

namespace homeport::agent {

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
