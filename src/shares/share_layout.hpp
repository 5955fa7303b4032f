#pragma once

#include <string>

#include "objects/local_layout.hpp"

/// Where a share's own things are below ROOT, beside its tree; gone with the share.
namespace homeport::shares::layout {

using namespace objects::layout;

inline std::string cards(const objects::ContainerName& share) {
  return room(share, "meta") + "/cards";
}
inline std::string card(const objects::ContainerName& share, uint64_t inode) {
  return cards(share) + "/" + std::to_string(inode);
}
inline std::string permission(const objects::ContainerName& share, const std::string& key) {
  return room(share, "meta") + "/permissions/" + key;
}
/// In ROOT: the directory's device and inode when cards were last known to fit (a copy has others).
inline constexpr const char* kPlaceOfCards = "place_of_cards";

}  // namespace homeport::shares::layout
