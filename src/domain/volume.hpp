#pragma once

#include <string>

namespace homeport::domain {

/// A folder in a storage account of ours. For a share `container` is the share's name and `account`
/// the one that holds the account's shares (objects/shares.hpp).
struct FilePlace {
  std::string account;
  std::string container;
  std::string path;  ///< relative, without a slash at either end; empty: the whole container

  bool operator==(const FilePlace&) const = default;
};

enum class VolumeKind {
  Container,  ///< of blobs
  Share,      ///< of files
  Command,    ///< whatever a command of the user's mounts
};

/// A file system that a cluster or a run wants to see on its nodes.
struct Volume {
  VolumeKind kind = VolumeKind::Container;
  std::string relative_path;  ///< below the cluster's or the run's mounts: "afs"
  std::string account;        ///< as the client names it, also for a share
  std::string container;      ///< the container's or the share's name
  std::string sealed_key;     ///< that the client gave for the account; checked when it is mounted
  std::string command;        ///< of kind Command only; the mount point is appended

  bool operator==(const Volume&) const = default;
};

}  // namespace homeport::domain
