#pragma once

#include <optional>
#include <string>

#include "api/storage/blob/call.hpp"
#include "api/storage/copy_sources.hpp"

namespace homeport::api::storage::blob {

/// The bytes that a write brings: its body, or those of one of our blobs or files that
/// x-ms-copy-source names. `content` borrows from the rest and from the request.
struct Upload {
  std::optional<CopySource> source{};
  objects::Content content{};
  std::string md5{};  ///< announced, raw; "" = none

  Upload() = default;
  Upload(Upload&&) = default;
  Upload(const Upload&) = delete;
  /// `content` points into `source`, so it stays where it is.
  Upload& operator=(Upload&&) = delete;
};

/// Opens the source, where there is one, and takes of it what x-ms-source-range says; checks its
/// conditions and a CRC64. Fills `upload`.
base::Result<void> receive(const Call& call, Upload& upload);

/// The same for a source that must be there, whole.
base::Result<CopySource> open_source(const Call& call);

/// InvalidArgument "RequestBodyTooLarge".
base::Result<void> check_size(const objects::Content& content, uint64_t limit);

void confirm(http::Response& response, const Call& call, const Upload& upload);

}  // namespace homeport::api::storage::blob
