#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::objects {

/// What a file system cannot say about an object, kept in a small file beside the tree, with the
/// identity of the file that it speaks of. When that file's inode, size, mtime or ctime is another,
/// someone wrote through a mount and the sidecar is worth nothing.
///
/// On disk: a line with the ctime in nanoseconds, of fixed width since a rename changes the ctime
/// and it is filled in afterwards (0 = not yet), then a line of JSON. What follows is none of its
/// business (edit_journal.hpp).
struct Sidecar {
  std::string container;
  std::string name;
  uint64_t inode = 0;
  uint64_t size = 0;
  int64_t mtime_ns = 0;
  int64_t ctime_ns = 0;

  std::string etag;
  base::TimePoint created{};
  base::TimePoint modified{};
  ContentProperties properties{};
  Metadata metadata{};
  std::vector<Block> blocks{};  ///< of which the object was committed, if it was
  ObjectTraits traits{};

  /// Takes the identity of a file, but for its ctime.
  void identify(const struct stat& file);
  /// Whether this speaks of `file` as it is now.
  bool matches(const struct stat& file) const;
};

std::string render_sidecar(const Sidecar& sidecar);
/// Internal for a text that is none of ours.
base::Result<Sidecar> parse_sidecar(std::string_view text);

/// Fills the ctime into a sidecar's file.
base::Result<void> write_ctime(const base::FileDescriptor& file, int64_t ctime_ns);

/// A fresh ETag: "0x" and 16 hex digits.
std::string make_etag();
/// An ETag that is another whenever any of these is.
std::string make_etag(std::initializer_list<uint64_t> numbers, std::string_view text);
/// The ETag of a file that has no sidecar: another whenever the file is.
std::string etag_of(const struct stat& file);

/// The object as its file and, where it matches, its sidecar say.
ObjectInfo describe(const std::string& name, const struct stat& file, const Sidecar* sidecar);

/// The same for a container: a JSON file.
std::string render_container(const ContainerInfo& info);
base::Result<ContainerInfo> parse_container(std::string_view text);

}  // namespace homeport::objects
