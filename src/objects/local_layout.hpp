#pragma once

#include <chrono>
#include <string>

#include "objects/names.hpp"
#include "objects/object_store.hpp"

/// Where things are below ROOT (see LocalObjectStore). Paths are relative to it.
namespace homeport::objects::layout {

/// The tree is written by runs with uids of their own; ROOT keeps everyone else out.
inline constexpr unsigned kSharedDirectory = 0777;
inline constexpr unsigned kSharedFile = 0666;
inline constexpr unsigned kOwnDirectory = 0700;
inline constexpr unsigned kOwnFile = 0600;

inline constexpr std::string_view kDataSuffix = ".data";
inline constexpr std::string_view kIntentSuffix = ".meta";
inline constexpr std::string_view kEditSuffix = ".edit";
inline constexpr std::string_view kLeaseSuffix = ".lease";
inline constexpr std::string_view kRubbishSuffix = ".gone";
/// How long a staged block waits for its commit, as in the real service.
inline constexpr std::chrono::hours kBlockLife{24 * 7};

inline std::string room(const ContainerName& name, const char* which) {
  return name.account + "/" + which + "/" + name.container;
}
inline std::string tree(const ContainerName& name) {
  return room(name, "blob");
}
inline std::string container_file(const ContainerName& name) {
  return room(name, "meta") + "/container";
}
inline std::string sidecar(const ObjectName& name) {
  const std::string hash = name_hash(name.name);
  return room(name.parent(), "meta") + "/" + hash.substr(0, 2) + "/" + hash.substr(2);
}
inline std::string lease(const ObjectName& name) {
  return sidecar(name) + std::string(kLeaseSuffix);
}
inline std::string snapshots(const ObjectName& name) {
  return room(name.parent(), "snapshots") + "/" + name_hash(name.name);
}
/// Of the one snapshot that the name says: its bytes; and its Sidecar, without which it is not
/// there.
inline std::string snapshot(const ObjectName& name) {
  return snapshots(name) + "/" + name.snapshot;
}
inline std::string snapshot_sidecar(const ObjectName& name) {
  return snapshot(name) + std::string(kIntentSuffix);
}
inline std::string escaped(const ObjectName& name) {
  return room(name.parent(), "escaped") + "/" + name_hash(name.name);
}
inline std::string blocks(const ObjectName& name) {
  return room(name.parent(), "blocks") + "/" + name_hash(name.name);
}
inline std::string pending(const std::string& account) {
  return account + "/pending";
}

}  // namespace homeport::objects::layout
