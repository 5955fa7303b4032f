#pragma once

#include <string>

#include "api/http/message.hpp"
#include "api/storage/authorization.hpp"
#include "base/file.hpp"
#include "base/result.hpp"

namespace homeport::api::storage {

/// An open blob or file that a GET asks for.
struct Content {
  base::FileDescriptor file;
  uint64_t size = 0;
  std::string md5;               ///< of the whole, raw; empty where unknown
  const char* whole_md5_header;  ///< what names it in a part's answer
};

/// Gives `response`, which has the headers of the whole, its body: all, or the range that the
/// request asks for (206, or 416 with the size). InvalidArgument "OutOfRangeInput" where the MD5 of
/// more than 4 MiB is wanted.
base::Result<void> send_content(http::Response& response, const http::Request& request,
                                Content content);

/// A SAS may say how its bearer's browser shall take the bytes.
void apply_overrides(http::Response& response, const Grant& grant);

/// Adds base64 of an MD5, unless there is none.
void add_md5(http::Response& response, const char* name, const std::string& md5);

}  // namespace homeport::api::storage
