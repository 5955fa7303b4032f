#include "api/storage/blob/upload.hpp"

#include "api/storage/blob/conditions.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "api/storage/range.hpp"
#include "api/storage/transfer_checks.hpp"

namespace homeport::api::storage::blob {
namespace {

base::Result<objects::Content> part_of(const http::Request& request, const CopySource& source) {
  ByteRange range{0, source.size};
  if (request.headers.has("x-ms-source-range")) {
    HP_TRY(range, written_range(request, "x-ms-source-range", ""));
  }
  if (range.offset > source.size || range.length > source.size - range.offset) {
    return bad_request("InvalidRange", "x-ms-source-range leaves the copy's source");
  }
  return objects::Content::of(source.file, range.offset, range.length);
}

}  // namespace

base::Result<CopySource> open_source(const Call& call) {
  HP_TRY(auto source, call.parts.sources.open(call.request, call.resource, call.grant));
  HP_TRYV(check_source(call.request, source.etag, source.modified));
  return source;
}

base::Result<void> receive(const Call& call, Upload& upload) {
  if (!call.request.headers.has("x-ms-copy-source")) {
    upload.content = content_of(call.request.body);
    HP_TRY(upload.md5, announced_md5(call.request, upload.content, kBodyChecksums));
    return base::success();
  }
  if (call.request.body.size != 0) {
    return bad_request("InvalidHeaderValue", "a write from a URL has no body");
  }
  HP_TRY(upload.source, open_source(call));
  HP_TRY(upload.content, part_of(call.request, *upload.source));
  HP_TRY(upload.md5, announced_md5(call.request, upload.content, kSourceChecksums));
  return base::success();
}

base::Result<void> check_size(const objects::Content& content, uint64_t limit) {
  if (content.size <= limit) return base::success();
  return bad_request("RequestBodyTooLarge",
                     "this operation takes at most " + std::to_string(limit) + " bytes");
}

void confirm(http::Response& response, const Call& call, const Upload& upload) {
  confirm_checksums(response, call.request, upload.source ? kSourceChecksums : kBodyChecksums);
}

}  // namespace homeport::api::storage::blob
