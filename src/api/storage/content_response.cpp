#include "api/storage/content_response.hpp"

#include <fmt/format.h>

#include "api/storage/failure.hpp"
#include "api/storage/range.hpp"
#include "base/text.hpp"
#include "objects/content.hpp"
#include "objects/crc64.hpp"

namespace homeport::api::storage {
namespace {

constexpr uint64_t kMaxHashedRange = 4ULL << 20;

// 206 with its own headers.
base::Result<void> make_partial(http::Response& response, const http::Request& request,
                                const Content& content, const ByteRange& range) {
  response.status = 206;
  response.headers.set("Content-Range", fmt::format("bytes {}-{}/{}", range.offset,
                                                    range.offset + range.length - 1, content.size));
  add_md5(response, content.whole_md5_header, content.md5);
  const auto wanted = [&](const char* name) {
    return base::equals_ignoring_case(request.headers.get(name), "true");
  };
  const bool md5_wanted = wanted("x-ms-range-get-content-md5");
  const bool crc64_wanted = wanted("x-ms-range-get-content-crc64");
  if (md5_wanted && crc64_wanted) {
    return bad_request("InvalidHeaderValue", "of a range either the MD5 or the CRC64 is given");
  }
  if ((md5_wanted || crc64_wanted) && range.length > kMaxHashedRange) {
    return bad_request("OutOfRangeInput", "the checksum of a range is given up to 4 MiB");
  }
  const auto bytes = objects::Content::of(content.file, range.offset, range.length);
  if (md5_wanted) {
    HP_TRY(const auto md5, objects::md5_of(bytes));
    add_md5(response, "Content-MD5", md5);
  }
  if (crc64_wanted) {
    HP_TRY(const auto crc64, objects::crc64_of(bytes));
    response.headers.set("x-ms-content-crc64", base::base64_encode(crc64));
  }
  return base::success();
}

}  // namespace

void add_md5(http::Response& response, const char* name, const std::string& md5) {
  if (!md5.empty()) response.headers.set(name, base::base64_encode(md5));
}

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

base::Result<void> send_content(http::Response& response, const http::Request& request,
                                Content content) {
  auto range = requested_range(request, content.size);
  if (range.has_error()) {
    response = failure_response(range.error());
    response.headers.set("Content-Range", fmt::format("bytes */{}", content.size));
    return base::success();
  }
  ByteRange part{0, content.size};
  if (range.value()) {
    part = *range.value();
    HP_TRYV(make_partial(response, request, content, part));
  } else {
    add_md5(response, "Content-MD5", content.md5);
  }
  response.body =
      http::FileBody{std::make_shared<const base::FileDescriptor>(std::move(content.file)),
                     part.offset, part.length};
  return base::success();
}

}  // namespace homeport::api::storage
