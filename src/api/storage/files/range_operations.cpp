#include "api/storage/failure.hpp"
#include "api/storage/files/call.hpp"
#include "api/storage/files/entry_headers.hpp"
#include "api/storage/headers.hpp"
#include "api/storage/range.hpp"
#include "api/storage/xml.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::files {
namespace {

constexpr uint64_t kMaxRangeBytes = 4ULL << 20;

shares::LastWrite last_write_of(const http::Request& request) {
  const std::string_view text = request.headers.get("x-ms-file-last-write-time");
  return base::equals_ignoring_case(text, "preserve") ? shares::LastWrite::Preserve
                                                      : shares::LastWrite::Now;
}

http::Response range_response(const shares::EntryInfo& info) {
  http::Response response{201};
  add_version_headers(response, info.etag, info.modified);
  response.headers.set("x-ms-request-server-encrypted", "false");
  response.headers.set("x-ms-file-last-write-time", to_file_time(info.written));
  return response;
}

Outcome update_range(const Call& call, const ByteRange& range) {
  if (range.length > kMaxRangeBytes) {
    return bad_request("RequestBodyTooLarge", "a range is written in pieces of up to 4 MiB");
  }
  if (range.length != call.request.body.size) {
    return bad_request("InvalidHeaderValue", "the body is not as long as the range");
  }
  shares::RangeWrite write;
  write.offset = range.offset;
  write.content = content_of(call.request.body);
  HP_TRY(write.expected_md5, transfer_md5(call.request));
  write.last_write = last_write_of(call.request);
  HP_TRY(const auto info, call.entries().write_range(call.entry(), write));
  http::Response response = range_response(info);
  HP_TRY(const std::string md5, objects::md5_of(write.content));
  response.headers.set("Content-MD5", base::base64_encode(md5));
  return response;
}

Outcome copy_range(const Call& call, const ByteRange& range) {
  HP_TRY(const auto source, call.parts.sources.open(call.request, call.resource, call.grant));
  HP_TRY(const auto from, written_range(call.request, "x-ms-source-range", ""));
  if (from.length != range.length || from.offset > source.size ||
      from.length > source.size - from.offset) {
    return bad_request("InvalidRange", "the source's range is not as long as the file's");
  }
  shares::RangeWrite write;
  write.offset = range.offset;
  write.content = objects::Content::of(source.file, from.offset, from.length);
  write.last_write = last_write_of(call.request);
  HP_TRY(const auto info, call.entries().write_range(call.entry(), write));
  return range_response(info);
}

}  // namespace

Outcome put_range(const Call& call) {
  HP_TRY(const ByteRange range, written_range(call.request, "x-ms-range", "Range"));
  const std::string_view what = call.request.headers.get("x-ms-write");
  if (base::equals_ignoring_case(what, "clear")) {
    HP_TRY(const auto info, call.entries().clear_range(call.entry(), {range.offset, range.length},
                                                       last_write_of(call.request), {}));
    return range_response(info);
  }
  if (!base::equals_ignoring_case(what, "update")) {
    return bad_request("InvalidHeaderValue", "x-ms-write is update or clear");
  }
  if (call.request.headers.has("x-ms-copy-source")) return copy_range(call, range);
  return update_range(call, range);
}

Outcome list_ranges(const Call& call) {
  HP_TRY(const auto info, call.entries().find(call.entry(), shares::EntryKind::File));
  HP_TRY(const auto asked, requested_range(call.request, info.size));
  const ByteRange within = asked.value_or(ByteRange{0, info.size});
  HP_TRY(const auto ranges, call.entries().ranges(call.entry(), {within.offset, within.length}));
  std::string text = std::string(kXmlDeclaration) + "<Ranges>";
  for (const shares::Range& range : ranges) {
    text += "<Range>" + xml_element("Start", std::to_string(range.offset)) +
            xml_element("End", std::to_string(range.offset + range.size - 1)) + "</Range>";
  }
  http::Response response = http::text_response(200, "application/xml", text + "</Ranges>");
  add_version_headers(response, info.etag, info.modified);
  response.headers.set("x-ms-content-length", std::to_string(info.size));
  return response;
}

}  // namespace homeport::api::storage::files
