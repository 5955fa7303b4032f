#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.hpp"
#include "base/result.hpp"

namespace homeport::api::storage::blob {

/// One of the requests that a Blob Batch carries.
struct BatchPart {
  std::string id;  ///< its Content-ID, "" where it has none
  http::Request request;
};

/// The body of a Blob Batch: multipart/mixed of application/http (RFC 2046, RFC 7230 §8.3.2). What
/// the requests do not say of the connection they have from `outer`. InvalidArgument "InvalidInput"
/// for what is none, and for more than 256.
base::Result<std::vector<BatchPart>> parse_batch(const http::Request& outer, std::string_view body);

/// One answer, as it stands between two boundaries.
std::string render_batch_part(const std::string& id, const http::Response& response);

}  // namespace homeport::api::storage::blob
