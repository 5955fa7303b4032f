#include "api/storage/blob/conditions.hpp"
#include "api/storage/blob/upload.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "api/storage/range.hpp"
#include "api/storage/xml.hpp"
#include "base/text.hpp"
#include "objects/sparse.hpp"

namespace homeport::api::storage::blob {
namespace {

constexpr uint64_t kPage = 512;
constexpr uint64_t kMaxPageBytes = 4ULL << 20;

base::Result<ByteRange> page_range(const http::Request& request) {
  HP_TRY(const ByteRange range, written_range(request, "x-ms-range", "Range"));
  if (range.offset % kPage == 0 && range.length % kPage == 0) return range;
  return bad_request("InvalidPageRange", "pages begin and end at multiples of 512");
}

// Conditions on the sequence number.
struct NumberConditions {
  std::optional<uint64_t> at_most{};
  std::optional<uint64_t> less{};
  std::optional<uint64_t> equal{};

  base::Result<void> check(uint64_t number) const {
    const bool met = (!at_most || number <= *at_most) && (!less || number < *less) &&
                     (!equal || number == *equal);
    if (met) return base::success();
    return failure(base::ErrorCode::PreconditionFailed, "SequenceNumberConditionNotMet",
                   "the sequence number is " + std::to_string(number));
  }
};

base::Result<objects::Precondition> page_condition(const Call& call) {
  NumberConditions conditions;
  HP_TRY(conditions.at_most, number_header(call.request, "x-ms-if-sequence-number-le"));
  HP_TRY(conditions.less, number_header(call.request, "x-ms-if-sequence-number-lt"));
  HP_TRY(conditions.equal, number_header(call.request, "x-ms-if-sequence-number-eq"));
  HP_TRY(auto usual, change_condition(call));
  return objects::Precondition([conditions, usual = std::move(usual)](
                                   const objects::ObjectInfo* current) -> base::Result<void> {
    HP_TRYV(usual(current));
    if (current == nullptr || current->traits.kind != objects::ObjectKind::Page) {
      return base::success();
    }
    return conditions.check(current->traits.sequence_number);
  });
}

http::Response page_response(const objects::ObjectInfo& info) {
  http::Response response = written(201, info);
  response.headers.set("x-ms-blob-sequence-number", std::to_string(info.traits.sequence_number));
  return response;
}

Outcome clear_pages(const Call& call, const ByteRange& range) {
  if (call.request.body.size != 0) {
    return bad_request("InvalidHeaderValue", "what clears pages has no body");
  }
  objects::Edit edit;
  edit.action = objects::Edit::Action::Clear;
  edit.offset = range.offset;
  edit.size = range.length;
  HP_TRY(edit.precondition, page_condition(call));
  HP_TRY(const auto info, call.store().edit(call.object(), edit));
  return page_response(info);
}

std::string render(const std::vector<objects::Extent>& extents) {
  std::string text = std::string(kXmlDeclaration) + "<PageList>";
  for (const objects::Extent& extent : extents) {
    text += "<PageRange>" + xml_element("Start", std::to_string(extent.offset)) +
            xml_element("End", std::to_string(extent.offset + extent.size - 1)) + "</PageRange>";
  }
  return text + "</PageList>";
}

}  // namespace

Outcome put_page(const Call& call) {
  const std::string_view what = call.request.headers.get("x-ms-page-write");
  HP_TRY(const ByteRange range, page_range(call.request));
  if (base::equals_ignoring_case(what, "clear")) return clear_pages(call, range);
  if (!base::equals_ignoring_case(what, "update")) {
    return bad_request("InvalidHeaderValue", "x-ms-page-write is update or clear");
  }
  Upload upload;
  HP_TRYV(receive(call, upload));
  HP_TRYV(check_size(upload.content, kMaxPageBytes));
  if (upload.content.size != range.length) {
    return bad_request("InvalidHeaderValue", "the bytes are not as many as the range has");
  }
  objects::Edit edit;
  edit.action = objects::Edit::Action::Write;
  edit.offset = range.offset;
  edit.content = upload.content;
  edit.expected_md5 = upload.md5;
  HP_TRY(edit.precondition, page_condition(call));
  HP_TRY(const auto info, call.store().edit(call.object(), edit));
  http::Response response = page_response(info);
  confirm(response, call, upload);
  return response;
}

Outcome page_ranges(const Call& call) {
  for (const char* name : {"prevsnapshot", "x-ms-previous-snapshot-url"}) {
    if (call.request.parameter(name) || call.request.headers.has(name)) {
      return base::not_implemented("Get Page Ranges of what changed since a snapshot");
    }
  }
  HP_TRY(const Conditions conditions, parse_conditions(call.request, call.now()));
  HP_TRY(const auto object, call.store().open(call.object()));
  HP_TRY(const ReadVerdict verdict, check_read(conditions, object.info));
  if (verdict == ReadVerdict::NotModified) return http::Response{304};
  if (object.info.traits.kind != objects::ObjectKind::Page) {
    return base::conflict("InvalidBlobType", "only a page blob has pages");
  }
  HP_TRY(const auto asked, requested_range(call.request, object.info.size));
  const ByteRange within = asked.value_or(ByteRange{0, object.info.size});
  HP_TRY(const auto extents, objects::written_extents(object.file, within.offset, within.length));
  http::Response response = http::text_response(200, "application/xml", render(extents));
  add_version_headers(response, object.info.etag, object.info.modified);
  response.headers.set("x-ms-blob-content-length", std::to_string(object.info.size));
  return response;
}

}  // namespace homeport::api::storage::blob
