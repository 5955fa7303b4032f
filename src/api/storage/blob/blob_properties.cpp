#include "api/storage/blob/blob_properties.hpp"

#include <algorithm>
#include <array>

#include "api/storage/blob/lease_conditions.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "api/storage/listing.hpp"
#include "api/storage/xml.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

using objects::ObjectInfo;
using objects::ObjectKind;
using objects::ObjectTraits;

constexpr uint64_t kMaxPageBlobBytes = 8ULL << 40;
constexpr uint64_t kPage = 512;

constexpr const char* kDefaultTier = "Hot";
constexpr const char* kArchive = "Archive";
constexpr std::array<std::string_view, 4> kBlockTiers{"Hot", "Cool", "Cold", kArchive};
constexpr std::array<std::string_view, 11> kPageTiers{"P4",  "P6",  "P10", "P15", "P20", "P30",
                                                      "P40", "P50", "P60", "P70", "P80"};

std::string progress(const objects::CopyRecord& copy) {
  const std::string size = std::to_string(copy.size);
  return size + "/" + size;
}

void add_kind_headers(http::Response& response, const ObjectTraits& traits) {
  response.headers.set("x-ms-blob-type", to_string(traits.kind));
  if (traits.kind == ObjectKind::Page) {
    response.headers.set("x-ms-blob-sequence-number", std::to_string(traits.sequence_number));
  }
  if (traits.kind == ObjectKind::Append) {
    response.headers.set("x-ms-blob-committed-block-count", std::to_string(traits.appended));
    if (traits.sealed) response.headers.set("x-ms-blob-sealed", "true");
  }
}

void add_tier_headers(http::Response& response, const ObjectTraits& traits) {
  if (!traits.access_tier.empty()) {
    response.headers.set("x-ms-access-tier", traits.access_tier);
    response.headers.set("x-ms-access-tier-change-time", base::to_http_date(traits.tier_changed));
  } else if (traits.kind == ObjectKind::Block) {
    response.headers.set("x-ms-access-tier", kDefaultTier);
    response.headers.set("x-ms-access-tier-inferred", "true");
  }
}

void add_copy_headers(http::Response& response, const objects::CopyRecord& copy) {
  response.headers.set("x-ms-copy-id", copy.id);
  response.headers.set("x-ms-copy-source", copy.source);
  response.headers.set("x-ms-copy-status", "success");
  response.headers.set("x-ms-copy-progress", progress(copy));
  response.headers.set("x-ms-copy-completion-time", base::to_http_date(copy.completed));
}

std::string render_tier(const ObjectTraits& traits) {
  if (!traits.access_tier.empty()) {
    return xml_element("AccessTier", traits.access_tier) +
           xml_element("AccessTierChangeTime", base::to_http_date(traits.tier_changed));
  }
  if (traits.kind != ObjectKind::Block) return "";
  return xml_element("AccessTier", kDefaultTier) + "<AccessTierInferred>true</AccessTierInferred>";
}

std::string render_copy(const objects::CopyRecord& copy) {
  return xml_element("CopyId", copy.id) + xml_element("CopySource", copy.source) +
         "<CopyStatus>success</CopyStatus>" + xml_element("CopyProgress", progress(copy)) +
         xml_element("CopyCompletionTime", base::to_http_date(copy.completed));
}

std::string render_content(const objects::ContentProperties& properties) {
  return xml_element("Content-Type", properties.type) +
         xml_element("Content-Encoding", properties.encoding) +
         xml_element("Content-Language", properties.language) +
         xml_element("Content-MD5", base::base64_encode(properties.md5)) +
         xml_element("Cache-Control", properties.cache_control) +
         xml_element("Content-Disposition", properties.disposition);
}

}  // namespace

const char* to_string(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::Block:
      return "BlockBlob";
    case ObjectKind::Append:
      return "AppendBlob";
    case ObjectKind::Page:
      return "PageBlob";
  }
  return "BlockBlob";
}

void add_blob_headers(http::Response& response, const ObjectInfo& info, base::TimePoint now) {
  add_version_headers(response, info.etag, info.modified);
  add_metadata(response, info.metadata);
  add_content_headers(response, info.properties);
  add_kind_headers(response, info.traits);
  add_tier_headers(response, info.traits);
  if (info.traits.copy) add_copy_headers(response, *info.traits.copy);
  response.headers.set("x-ms-creation-time", base::to_http_date(info.created));
  response.headers.set("x-ms-server-encrypted", "false");
  if (info.snapshot.empty()) add_lease_headers(response, info.lease, now);
}

std::string render_blob(const ObjectInfo& info, const Shown& shown, base::TimePoint now) {
  std::string text = "<Blob>" + xml_name_element("Name", info.name);
  if (!info.snapshot.empty()) text += xml_element("Snapshot", info.snapshot);
  text += "<Properties>" + xml_element("Creation-Time", base::to_http_date(info.created)) +
          xml_element("Last-Modified", base::to_http_date(info.modified)) +
          xml_element("Etag", info.etag) +
          xml_element("Content-Length", std::to_string(info.size)) +
          render_content(info.properties) + xml_element("BlobType", to_string(info.traits.kind));
  if (info.traits.kind == ObjectKind::Page) {
    text += xml_element("x-ms-blob-sequence-number", std::to_string(info.traits.sequence_number));
  }
  if (info.traits.sealed) text += "<Sealed>true</Sealed>";
  text += render_tier(info.traits);
  if (info.snapshot.empty()) text += render_lease(info.lease, now);
  if (shown.copy && info.traits.copy) text += render_copy(*info.traits.copy);
  text += "<ServerEncrypted>false</ServerEncrypted></Properties>";
  if (shown.metadata) text += render_metadata(info.metadata);
  return text + "</Blob>";
}

base::Result<std::string> access_tier_of(const http::Request& request, ObjectKind kind) {
  const std::string_view text = request.headers.get("x-ms-access-tier");
  if (text.empty()) return std::string();
  const auto find = [text](const auto& tiers) -> std::string {
    const auto found = std::ranges::find_if(
        tiers, [text](std::string_view tier) { return base::equals_ignoring_case(tier, text); });
    return found == tiers.end() ? "" : std::string(*found);
  };
  std::string tier = kind == ObjectKind::Page ? find(kPageTiers) : find(kBlockTiers);
  if (!tier.empty() && kind != ObjectKind::Append) return tier;
  return bad_request("InvalidHeaderValue", "x-ms-access-tier '" + std::string(text) +
                                               "' is no tier of a " + to_string(kind));
}

base::Result<std::optional<uint64_t>> page_blob_size(const http::Request& request) {
  HP_TRY(const auto size, number_header(request, "x-ms-blob-content-length"));
  if (!size || (*size % kPage == 0 && *size <= kMaxPageBlobBytes)) return size;
  return bad_request("InvalidHeaderValue",
                     "x-ms-blob-content-length is a multiple of 512, up to 8 TiB");
}

base::Result<void> check_not_archived(const ObjectTraits& traits) {
  if (traits.access_tier != kArchive) return base::success();
  return base::conflict("BlobArchived",
                        "the blob is in the Archive tier: give it another tier to read it");
}

}  // namespace homeport::api::storage::blob
