#include "objects/edit_journal.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>

#include "base/text.hpp"
#include "objects/beneath.hpp"
#include "objects/content.hpp"
#include "objects/sparse.hpp"

namespace homeport::objects {
namespace {

namespace json = boost::json;

// More than names and metadata can need, however they are escaped.
constexpr size_t kMaxHeadBytes = 1 << 20;

base::Error torn() {
  return base::internal("a change of an object was cut short before it began");
}

// Up to and with the third line's end.
base::Result<std::string> read_head(const base::FileDescriptor& file) {
  std::string text(kMaxHeadBytes, '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
  if (got < 0) return base::system_error("cannot read a journal", errno);
  text.resize(static_cast<size_t>(got));
  size_t end = 0;
  for (int line = 0; line < 3; ++line) {
    end = text.find('\n', end);
    if (end == std::string::npos) return torn();
    ++end;
  }
  text.resize(end);
  return text;
}

void read_line(std::string_view line, EditJournal& journal) {
  const json::value value = json::parse({line.data(), line.size()});
  const auto number = [&](const char* name) { return value.at(name).to_number<uint64_t>(); };
  journal.action = static_cast<Edit::Action>(number("action"));
  journal.offset = number("offset");
  journal.size = number("size");
  journal.size_before = number("size_before");
  journal.etag_before = json::value_to<std::string>(value.at("etag_before"));
  journal.md5 = base::base64_decode(json::value_to<std::string>(value.at("md5"))).value_or("");
}

base::Result<void> check_bytes(const base::FileDescriptor& file, const StoredEdit& edit) {
  if (edit.journal.action != Edit::Action::Write) return base::success();
  const auto md5 = md5_of(Content::of(file, edit.data_offset, edit.journal.size));
  if (md5.has_error() || md5.value() != edit.journal.md5) return torn();
  return base::success();
}

}  // namespace

std::string render_edit(const EditJournal& journal, uint64_t& sidecar_size) {
  const std::string sidecar = render_sidecar(journal.after);
  sidecar_size = sidecar.size();
  return sidecar +
         json::serialize(json::object{{"action", static_cast<int>(journal.action)},
                                      {"offset", journal.offset},
                                      {"size", journal.size},
                                      {"size_before", journal.size_before},
                                      {"etag_before", journal.etag_before},
                                      {"md5", base::base64_encode(journal.md5)}}) +
         "\n";
}

base::Result<StoredEdit> read_edit(const base::FileDescriptor& file) {
  HP_TRY(const std::string head, read_head(file));
  StoredEdit edit;
  edit.data_offset = head.size();
  const size_t line = head.rfind('\n', head.size() - 2) + 1;
  edit.sidecar_size = line;
  HP_TRY(edit.journal.after, parse_sidecar(head));
  try {
    read_line(std::string_view(head).substr(line), edit.journal);
  } catch (const std::exception&) {
    return torn();
  }
  HP_TRYV(check_bytes(file, edit));
  return edit;
}

base::Result<void> apply_edit(const base::FileDescriptor& file, const EditJournal& journal,
                              const Content& bytes) {
  if (journal.action == Edit::Action::Resize) {
    if (journal.after.size < journal.size_before) {
      // A block that is cut in the middle keeps its room otherwise, and looks written.
      HP_TRYV(clear_bytes(file, journal.after.size, journal.size_before - journal.after.size));
    }
    if (::ftruncate(file.get(), static_cast<off_t>(journal.after.size)) != 0) {
      return base::system_error("cannot resize the object", errno);
    }
  } else if (journal.action == Edit::Action::Clear) {
    HP_TRYV(clear_bytes(file, journal.offset, journal.size));
  } else {
    HP_TRYV(write_content_at(file, journal.offset, bytes));
  }
  return set_written_time(file, journal.after.mtime_ns);
}

}  // namespace homeport::objects
