#pragma once

#include <string>

#include "api/http/message.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::api::storage {

/// Which headers announce the checksums of the bytes that a write brings.
struct ChecksumHeaders {
  const char* md5;
  const char* crc64;
};
inline constexpr ChecksumHeaders kBodyChecksums{"Content-MD5", "x-ms-content-crc64"};
inline constexpr ChecksumHeaders kSourceChecksums{"x-ms-source-content-md5",
                                                  "x-ms-source-content-crc64"};

/// The MD5 that is announced, raw, "" where none is: the store looks whether the bytes have it. A
/// CRC64 is compared here: InvalidArgument "Crc64Mismatch"; "InvalidMd5" or "InvalidHeaderValue"
/// for what is no checksum.
base::Result<std::string> announced_md5(const http::Request& request,
                                        const objects::Content& content,
                                        const ChecksumHeaders& headers);

/// Gives the checksums back that the request announced and that were found to be right.
void confirm_checksums(http::Response& response, const http::Request& request,
                       const ChecksumHeaders& headers);

}  // namespace homeport::api::storage
