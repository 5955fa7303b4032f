#include "objects/small_file.hpp"

#include <unistd.h>

#include <cerrno>

#include "objects/beneath.hpp"
#include "objects/content.hpp"
#include "objects/local_layout.hpp"
#include "objects/names.hpp"
#include "objects/pending.hpp"

namespace homeport::objects {

base::Result<std::string> read_small_file(int root, const std::string& path) {
  HP_TRY(const auto file, open_regular(root, path, Access::Read));
  std::string text;
  char buffer[8192];
  while (true) {
    const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::system_error("cannot read " + path, errno);
    if (got == 0) return text;
    text.append(buffer, static_cast<size_t>(got));
  }
}

base::Result<void> write_small_file(int root, const std::string& account, const std::string& path,
                                    std::string_view text) {
  SyncGate gate;
  HP_TRY(const auto pending,
         make_directories(root, layout::pending(account), layout::kOwnDirectory));
  HP_TRY(auto file, PendingFile::create(pending, layout::kDataSuffix, layout::kOwnFile));
  HP_TRYV(write_content(file.file(), Content::of(text)));
  HP_TRYV(gate.sync(file.file()));
  const SplitPath place = split_path(path);
  HP_TRY(const auto parent, make_directories(root, place.parent, layout::kOwnDirectory));
  if (!file.move_to(parent.get(), place.leaf)) {
    return base::system_error("cannot rename to " + path, errno);
  }
  return gate.sync(parent);
}

}  // namespace homeport::objects
