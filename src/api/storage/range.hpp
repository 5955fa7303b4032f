#pragma once

#include <cstdint>
#include <optional>

#include "api/http/message.hpp"
#include "base/result.hpp"

namespace homeport::api::storage {

/// Part of a blob.
struct ByteRange {
  uint64_t offset = 0;
  uint64_t length = 0;
  bool operator==(const ByteRange&) const = default;
};

/// What of a blob of `size` bytes x-ms-range, else Range, asks for; nullopt: all of it (also for a
/// header that is no single "bytes=a-b" or "bytes=a-"). InvalidArgument "InvalidRange" for a range
/// that begins after the end.
base::Result<std::optional<ByteRange>> requested_range(const http::Request& request, uint64_t size);

/// The place that a write is for: "bytes=a-b" of one of two headers ("" = there is no second).
/// InvalidArgument "MissingRequiredHeader", "InvalidHeaderValue".
base::Result<ByteRange> written_range(const http::Request& request, const char* first,
                                      const char* second);

}  // namespace homeport::api::storage
