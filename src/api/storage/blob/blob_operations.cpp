#include <fmt/format.h>

#include "api/storage/blob/call.hpp"
#include "api/storage/blob/conditions.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "api/storage/range.hpp"
#include "base/text.hpp"
#include "objects/content.hpp"

namespace homeport::api::storage::blob {
namespace {

constexpr uint64_t kMaxHashedRange = 4ULL << 20;

// A SAS may say how its bearer's browser shall take the blob.
void apply_overrides(http::Response& response, const Grant& grant) {
  if (!grant.sas) return;
  const auto apply = [&](const char* name, const std::string& value) {
    if (!value.empty()) response.headers.set(name, value);
  };
  apply("Cache-Control", grant.sas->cache_control);
  apply("Content-Disposition", grant.sas->disposition);
  apply("Content-Encoding", grant.sas->encoding);
  apply("Content-Language", grant.sas->language);
  apply("Content-Type", grant.sas->type);
}

http::Response not_modified(const objects::ObjectInfo& info) {
  http::Response response{304};
  add_version_headers(response, info.etag, info.modified);
  return response;
}

void add_md5(http::Response& response, const char* name, const std::string& md5) {
  if (!md5.empty()) response.headers.set(name, base::base64_encode(md5));
}

// 206 with its own headers; `response` has those of the blob.
base::Result<void> make_partial(http::Response& response, const Call& call,
                                const objects::OpenObject& object, const ByteRange& range) {
  response.status = 206;
  response.headers.set("Content-Range",
                       fmt::format("bytes {}-{}/{}", range.offset, range.offset + range.length - 1,
                                   object.info.size));
  add_md5(response, "x-ms-blob-content-md5", object.info.properties.md5);
  if (!base::equals_ignoring_case(call.request.headers.get("x-ms-range-get-content-md5"), "true")) {
    return base::success();
  }
  if (range.length > kMaxHashedRange) {
    return bad_request("OutOfRangeInput", "the MD5 of a range is given up to 4 MiB");
  }
  HP_TRY(const auto md5,
         objects::md5_of(objects::Content::of(object.file, range.offset, range.length)));
  add_md5(response, "Content-MD5", md5);
  return base::success();
}

}  // namespace

Outcome get_blob(const Call& call) {
  HP_TRY(const Conditions conditions, parse_conditions(call.request));
  HP_TRY(auto object, call.store().open(call.object()));
  HP_TRY(const ReadVerdict verdict, check_read(conditions, object.info));
  if (verdict == ReadVerdict::NotModified) return not_modified(object.info);
  auto range = requested_range(call.request, object.info.size);
  if (range.has_error()) {
    http::Response response = failure_response(range.error());
    response.headers.set("Content-Range", fmt::format("bytes */{}", object.info.size));
    return response;
  }
  http::Response response;
  add_blob_headers(response, object.info);
  apply_overrides(response, call.grant);
  ByteRange part{0, object.info.size};
  if (range.value()) {
    part = *range.value();
    HP_TRYV(make_partial(response, call, object, part));
  } else {
    add_md5(response, "Content-MD5", object.info.properties.md5);
  }
  response.body =
      http::FileBody{std::make_shared<const base::FileDescriptor>(std::move(object.file)),
                     part.offset, part.length};
  return response;
}

Outcome head_blob(const Call& call) {
  HP_TRY(const Conditions conditions, parse_conditions(call.request));
  HP_TRY(const auto info, call.store().find(call.object()));
  HP_TRY(const ReadVerdict verdict, check_read(conditions, info));
  if (verdict == ReadVerdict::NotModified) return not_modified(info);
  http::Response response;
  add_blob_headers(response, info);
  apply_overrides(response, call.grant);
  add_md5(response, "Content-MD5", info.properties.md5);
  response.headers.set("Content-Length", std::to_string(info.size));
  return response;
}

Outcome blob_metadata(const Call& call) {
  HP_TRY(const Conditions conditions, parse_conditions(call.request));
  HP_TRY(const auto info, call.store().find(call.object()));
  HP_TRY(const ReadVerdict verdict, check_read(conditions, info));
  if (verdict == ReadVerdict::NotModified) return not_modified(info);
  http::Response response;
  add_version_headers(response, info.etag, info.modified);
  add_metadata(response, info.metadata);
  return response;
}

}  // namespace homeport::api::storage::blob
