#include "api/storage/blob/blob_properties.hpp"
#include "api/storage/blob/block_list_document.hpp"
#include "api/storage/blob/conditions.hpp"
#include "api/storage/blob/upload.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "api/storage/transfer_checks.hpp"
#include "api/storage/xml.hpp"
#include "base/text.hpp"
#include "objects/content.hpp"

namespace homeport::api::storage::blob {
namespace {

// 50,000 ids of 88 characters in their tags.
constexpr uint64_t kMaxBlockListBytes = 8ULL << 20;

std::string render(const char* tag, const std::vector<objects::Block>& blocks) {
  if (blocks.empty()) return std::string("<") + tag + " />";
  std::string text = std::string("<") + tag + ">";
  for (const objects::Block& block : blocks) {
    text += "<Block>" + xml_element("Name", base::base64_encode(block.id)) +
            xml_element("Size", std::to_string(block.size)) + "</Block>";
  }
  return text + "</" + tag + ">";
}

}  // namespace

Outcome put_block(const Call& call) {
  const auto id = base::base64_decode(call.request.parameter("blockid").value_or(""));
  if (!id || id->empty()) {
    return bad_request("InvalidQueryParameterValue", "blockid is the base64 of 1 to 64 bytes");
  }
  Upload upload;
  HP_TRYV(receive(call, upload));
  objects::StageOptions options;
  options.expected_md5 = upload.md5;
  HP_TRY(options.precondition, change_condition(call));
  HP_TRYV(call.store().stage_block(call.object(), *id, upload.content, options));
  http::Response response{201};
  confirm(response, call, upload);
  response.headers.set("x-ms-request-server-encrypted", "false");
  return response;
}

Outcome put_block_list(const Call& call) {
  HP_TRY(const std::string text, body_text(call.request.body, kMaxBlockListBytes));
  HP_TRY(const std::string expected,
         announced_md5(call.request, objects::Content::of(text), kBodyChecksums));
  HP_TRY(const std::string actual, objects::md5_of(objects::Content::of(text)));
  HP_TRYV(objects::check_md5(expected, actual));
  HP_TRY(const auto choices, parse_block_list(text));
  objects::PutOptions options;
  HP_TRY(options.metadata, metadata_of(call.request));
  HP_TRY(options.properties, properties_of(call.request, Fallback::None));
  HP_TRY(options.traits.access_tier, access_tier_of(call.request, objects::ObjectKind::Block));
  options.traits.tier_changed = call.now();
  HP_TRY(options.precondition, write_condition(call));
  HP_TRY(const auto info, call.store().commit_blocks(call.object(), choices, options));
  http::Response response = written(201, info);
  confirm_checksums(response, call.request, kBodyChecksums);
  return response;
}

Outcome block_list(const Call& call) {
  const std::string type =
      base::to_lower(call.request.parameter("blocklisttype").value_or("committed"));
  if (type != "committed" && type != "uncommitted" && type != "all") {
    return bad_request("InvalidQueryParameterValue",
                       "blocklisttype is committed, uncommitted or all");
  }
  HP_TRY(const auto list, call.store().block_list(call.object()));
  std::string text = std::string(kXmlDeclaration) + "<BlockList>";
  if (type != "uncommitted") text += render("CommittedBlocks", list.committed);
  if (type != "committed") text += render("UncommittedBlocks", list.uncommitted);
  http::Response response = http::text_response(200, "application/xml", text + "</BlockList>");
  const auto info = call.store().find(call.object());
  if (info.has_value()) {
    add_version_headers(response, info.value().etag, info.value().modified);
    response.headers.set("x-ms-blob-content-length", std::to_string(info.value().size));
  }
  return response;
}

}  // namespace homeport::api::storage::blob
