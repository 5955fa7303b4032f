#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::shares {

/// What a file system cannot say about an entry of a share, in a small file named by the entry's
/// inode. Most entries have none: they are as a new file is. A card speaks of its entry as long as
/// inode and time of birth are the same, whatever the entry is called and whoever writes to it.
struct Card {
  std::string path;  ///< when the card was written: how it is found again in a copy of the tree
  uint64_t inode = 0;
  int64_t birth_ns = 0;
  std::string etag;  ///< new with every change of what the card says
  base::TimePoint modified{};
  std::optional<base::TimePoint> created{};
  std::string attributes{};
  std::string permission_key{};
  objects::ContentProperties properties{};
  objects::Metadata metadata{};
  std::optional<objects::CopyRecord> copy{};

  void identify(const struct statx& status);
  bool speaks_of(const struct statx& status) const;
  /// Whether a new entry would be the same without it.
  bool says_nothing() const;
};

std::string render_card(const Card& card);
/// Internal for a text that is none of ours.
base::Result<Card> parse_card(std::string_view text);

int64_t birth_of(const struct statx& status);

}  // namespace homeport::shares
