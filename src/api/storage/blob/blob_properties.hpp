#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::api::storage::blob {

/// All that a GET or HEAD tells about a blob, without its length and Content-MD5.
void add_blob_headers(http::Response& response, const objects::ObjectInfo& info,
                      base::TimePoint now);

struct Shown {
  bool metadata = false;
  bool copy = false;
};
/// A blob in a listing.
std::string render_blob(const objects::ObjectInfo& info, const Shown& shown, base::TimePoint now);

/// "BlockBlob", "AppendBlob", "PageBlob".
const char* to_string(objects::ObjectKind kind);

/// x-ms-access-tier as the tier is written, "" where absent. InvalidArgument "InvalidHeaderValue"
/// for one that a blob of this kind cannot have.
base::Result<std::string> access_tier_of(const http::Request& request, objects::ObjectKind kind);
/// x-ms-blob-content-length of a page blob. InvalidArgument "InvalidHeaderValue" where it is no
/// multiple of 512 or too large.
base::Result<std::optional<uint64_t>> page_blob_size(const http::Request& request);
/// Conflict "BlobArchived" for a blob whose bytes are not to be read until it has another tier.
base::Result<void> check_not_archived(const objects::ObjectTraits& traits);

}  // namespace homeport::api::storage::blob
