#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <mutex>

#include "base/text.hpp"
#include "objects/beneath.hpp"
#include "objects/directory.hpp"
#include "objects/names.hpp"
#include "objects/shares.hpp"
#include "objects/small_file.hpp"
#include "shares/entry_status.hpp"
#include "shares/share_layout.hpp"
#include "shares/share_store.hpp"

namespace homeport::shares {
namespace {

constexpr int kMaxDepth = 512;

// Calls `visit` with the path from the top and the status of every file and directory below `path`.
template <typename Visit>
void walk(int top, const std::string& path, int depth, Visit& visit) {
  const auto directory = objects::open_beneath(top, path, O_RDONLY | O_DIRECTORY);
  if (directory.has_error() || depth == kMaxDepth) return;
  for (const objects::DirectoryEntry& entry :
       objects::read_directory(directory.value().get(), "")) {
    struct stat status {};
    if (entry.kind == objects::EntryKind::Other ||
        ::fstatat(directory.value().get(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      continue;
    }
    const std::string full = path.empty() ? entry.name : path + "/" + entry.name;
    visit(full, status);
    if (entry.kind == objects::EntryKind::Directory) walk(top, full, depth + 1, visit);
  }
}

std::string place_of(const struct stat& root) {
  return fmt::format("{} {}\n", root.st_dev, root.st_ino);
}

std::map<uint64_t, Card> read_cards(int root, const objects::ContainerName& share) {
  std::map<uint64_t, Card> cards;
  for (const objects::DirectoryEntry& entry : objects::read_directory(root, layout::cards(share))) {
    const auto text = objects::read_small_file(root, layout::cards(share) + "/" + entry.name);
    if (text.has_error()) continue;
    auto card = parse_card(text.value());
    if (card.has_value()) cards.emplace(card.value().inode, std::move(card).value());
  }
  return cards;
}

}  // namespace

base::Result<uint64_t> ShareStore::usage(const objects::ContainerName& name) {
  HP_TRY(const auto share, open_share(name));
  uint64_t blocks = 0;
  auto add = [&](const std::string&, const struct stat& status) {
    blocks += static_cast<uint64_t>(status.st_blocks);
  };
  walk(share.get(), "", 0, add);
  return blocks * 512;
}

base::Result<std::string> ShareStore::keep_permission(const objects::ContainerName& share,
                                                      const std::string& text) {
  HP_TRYV(open_share(share));
  const std::string key = objects::name_hash(text).substr(0, 32);
  const std::string path = layout::permission(share, key);
  if (objects::read_small_file(root_fd_.get(), path).has_value()) return key;
  HP_TRYV(objects::write_small_file(root_fd_.get(), share.account, path, text));
  return key;
}

base::Result<std::string> ShareStore::permission(const objects::ContainerName& share,
                                                 const std::string& key) {
  HP_TRYV(open_share(share));
  const bool ours = key.find_first_not_of("0123456789abcdef") == std::string::npos;
  auto text = objects::read_small_file(root_fd_.get(), layout::permission(share, key));
  if (ours && !key.empty() && text.has_value()) return text;
  return base::not_found("ResourceNotFound", "there is no permission of the key '" + key + "'");
}

std::vector<objects::ContainerName> ShareStore::shares() const {
  std::vector<objects::ContainerName> found;
  for (const objects::DirectoryEntry& account : objects::read_directory(root_fd_.get(), "")) {
    if (!account.name.ends_with(objects::kShareSuffix)) continue;
    for (const objects::DirectoryEntry& share :
         objects::read_directory(root_fd_.get(), account.name + "/blob")) {
      const objects::ContainerName name{account.name, share.name};
      if (objects::check(name).has_value()) found.push_back(name);
    }
  }
  return found;
}

// Cards whose path leads elsewhere are of files that were renamed or removed through a mount: only
// a look at the whole tree can tell.
void ShareStore::collect_garbage() {
  for (const objects::ContainerName& name : shares()) {
    const std::unique_lock lock(names_of(name));
    const auto share = open_share(name);
    if (share.has_error()) continue;
    std::map<uint64_t, Card> lost = read_cards(root_fd_.get(), name);
    std::erase_if(lost, [&](const auto& item) {
      struct stat status {};
      return ::fstatat(share.value().get(), item.second.path.c_str(), &status,
                       AT_SYMLINK_NOFOLLOW) == 0 &&
             status.st_ino == item.first;
    });
    if (lost.empty()) continue;
    auto find_again = [&](const std::string& path, const struct stat& status) {
      const auto found = lost.find(status.st_ino);
      if (found == lost.end()) return;
      found->second.path = path;
      if (write_card(name, found->second).has_value()) lost.erase(found);
    };
    walk(share.value().get(), "", 0, find_again);
    for (const auto& [inode, card] : lost) drop_card(name, inode);
  }
}

// A copy of the whole directory has other inodes; its cards go by path, once.
base::Result<void> ShareStore::adopt_copies() {
  HP_TRY(const auto status, objects::status_of(root_fd_));
  const auto then = objects::read_small_file(root_fd_.get(), layout::kPlaceOfCards);
  if (then.has_value() && then.value() == place_of(status)) return base::success();
  for (const objects::ContainerName& name : then.has_value() ? shares() : decltype(shares()){}) {
    HP_TRY(const auto share, open_share(name));
    const std::map<uint64_t, Card> cards = read_cards(root_fd_.get(), name);
    objects::remove_tree(root_fd_.get(), layout::cards(name));
    for (const auto& [inode, old] : cards) {
      Card card = old;
      const auto entry = objects::open_beneath(share.get(), card.path, O_PATH | O_NOFOLLOW);
      if (entry.has_error()) continue;
      HP_TRY(const auto now, extended_status(entry.value()));
      card.identify(now);
      HP_TRYV(write_card(name, card));
    }
  }
  return base::write_file_durably(root_ / layout::kPlaceOfCards, place_of(status),
                                  layout::kOwnFile);
}

}  // namespace homeport::shares
