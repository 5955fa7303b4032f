#pragma once

#include <cstdint>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"
#include "objects/sidecar.hpp"

namespace homeport::objects {

/// A change of an object's file in place, on the disk before its first byte moves: the Sidecar that
/// is true once it is done, a line that says what is done, the bytes. Cut after the Sidecar it
/// takes the Sidecar's place. So after a crash at any moment the change is made again, or never
/// began.
struct EditJournal {
  Sidecar after;
  Edit::Action action = Edit::Action::Write;  ///< Append is Write at what was the end
  uint64_t offset = 0;
  uint64_t size = 0;         ///< of what is written or cleared
  uint64_t size_before = 0;  ///< of the file
  std::string etag_before;
  std::string md5;  ///< of the bytes, raw; empty where there are none
};

/// All but the bytes. `sidecar_size`: how much of it stays in the end.
std::string render_edit(const EditJournal& journal, uint64_t& sidecar_size);

struct StoredEdit {
  EditJournal journal;
  uint64_t sidecar_size = 0;
  uint64_t data_offset = 0;
};
/// Internal for one that is not whole: it may not be applied.
base::Result<StoredEdit> read_edit(const base::FileDescriptor& file);

/// Makes the change, and gives the file the time that the Sidecar says. Once or more often is the
/// same.
base::Result<void> apply_edit(const base::FileDescriptor& file, const EditJournal& journal,
                              const Content& bytes);

}  // namespace homeport::objects
