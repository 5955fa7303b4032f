#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::objects {

/// Appends `content` to `target` at its file offset, in bounded memory: the kernel copies from file
/// to file. Internal if the source is shorter than it says.
base::Result<void> write_content(const base::FileDescriptor& target, const Content& content);

using PieceUse = std::function<base::Result<void>(std::string_view piece)>;
/// Hands the content over piece by piece, in bounded memory. Ends with the first error of `use`.
base::Result<void> for_each_piece(const Content& content, const PieceUse& use);

/// MD5 of the content, raw.
base::Result<std::string> md5_of(const Content& content);

/// InvalidArgument "Md5Mismatch" where `expected` is not empty and not `actual`.
base::Result<void> check_md5(const std::string& expected, const std::string& actual);

/// fsync for many threads: at most eight at a time in the process, since more are slower on every
/// disk measured. Any thread.
class SyncGate {
 public:
  base::Result<void> sync(const base::FileDescriptor& file) const;
  /// fdatasync: without what does not matter for reading the bytes back.
  base::Result<void> sync_data(const base::FileDescriptor& file) const;
};

}  // namespace homeport::objects
