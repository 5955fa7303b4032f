#include "api/storage/headers.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "api/storage/failure.hpp"
#include "base/text.hpp"

namespace homeport::api::storage {
namespace {

constexpr std::string_view kMetadataPrefix = "x-ms-meta-";
constexpr size_t kMaxMetadataBytes = 8192;
constexpr size_t kMd5Bytes = 16;

void add_unless_empty(http::Response& response, const char* name, const std::string& value) {
  if (!value.empty()) response.headers.set(name, value);
}

// As names of a program: what else would they be in a list's XML?
bool is_metadata_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return std::ranges::all_of(name, fits) && !(name.front() >= '0' && name.front() <= '9');
}

}  // namespace

std::optional<base::TimePoint> parse_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  // "Sat, 01 Jun 2019 10:20:30 GMT"
  if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
  const auto month = std::ranges::find(kMonths, text.substr(8, 3));
  if (month == kMonths.end()) return std::nullopt;
  const auto number = std::to_string(month - kMonths.begin() + 1);
  const std::string iso =
      std::string(text.substr(12, 4)) + "-" + (number.size() == 1 ? "0" + number : number) + "-" +
      std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) + "Z";
  const auto time = base::parse_iso8601(iso);
  return time.has_value() ? std::optional(time.value()) : std::nullopt;
}

base::Result<objects::Metadata> metadata_of(const http::Request& request) {
  objects::Metadata metadata;
  size_t bytes = 0;
  for (const auto& [name, value] : request.headers.fields()) {
    if (!base::to_lower(name).starts_with(kMetadataPrefix)) continue;
    std::string key = name.substr(kMetadataPrefix.size());
    if (key.empty()) return bad_request("EmptyMetadataKey", "a metadata header has no name");
    if (!is_metadata_name(key)) {
      return bad_request(
          "InvalidMetadata",
          "metadata names are letters, digits and '_', a digit not first: '" + key + "'");
    }
    bytes += key.size() + value.size();
    metadata.emplace_back(std::move(key), value);
  }
  if (bytes > kMaxMetadataBytes) {
    return bad_request("MetadataTooLarge", "metadata has at most 8 KiB of names and values");
  }
  return metadata;
}

base::Result<objects::ContentProperties> properties_of(const http::Request& request,
                                                       Fallback fallback) {
  const auto get = [&](const char* own, const char* standard) {
    if (request.headers.has(own) || fallback == Fallback::None) {
      return std::string(request.headers.get(own));
    }
    return std::string(request.headers.get(standard));
  };
  objects::ContentProperties properties;
  properties.type = get("x-ms-blob-content-type", "Content-Type");
  properties.encoding = get("x-ms-blob-content-encoding", "Content-Encoding");
  properties.language = get("x-ms-blob-content-language", "Content-Language");
  properties.cache_control = get("x-ms-blob-cache-control", "Cache-Control");
  properties.disposition = request.headers.get("x-ms-blob-content-disposition");
  HP_TRY(properties.md5, md5_header(request, "x-ms-blob-content-md5", "InvalidHeaderValue"));
  return properties;
}

base::Result<std::string> md5_header(const http::Request& request, const char* name,
                                     const char* reason) {
  const std::string_view text = request.headers.get(name);
  if (text.empty()) return std::string();
  auto md5 = base::base64_decode(text);
  if (!md5 || md5->size() != kMd5Bytes) {
    return bad_request(reason, std::string(name) + " is not the base64 of an MD5");
  }
  return *std::move(md5);
}

base::Result<std::string> transfer_md5(const http::Request& request) {
  return md5_header(request, "Content-MD5", "InvalidMd5");
}

base::Result<std::optional<uint64_t>> number_header(const http::Request& request,
                                                    const char* name) {
  const std::string_view text = request.headers.get(name);
  if (text.empty()) return std::optional<uint64_t>();
  const auto number = base::parse_integer(text);
  if (number && *number >= 0) return std::optional(static_cast<uint64_t>(*number));
  return bad_request("InvalidHeaderValue", std::string(name) + " is no number from 0 on");
}

void add_version_headers(http::Response& response, const std::string& etag,
                         base::TimePoint modified) {
  response.headers.set("ETag", "\"" + etag + "\"");
  response.headers.set("Last-Modified", base::to_http_date(modified));
}

void add_metadata(http::Response& response, const objects::Metadata& metadata) {
  for (const auto& [name, value] : metadata) {
    response.headers.add(std::string(kMetadataPrefix) + name, value);
  }
}

void add_content_headers(http::Response& response, const objects::ContentProperties& properties) {
  add_unless_empty(response, "Content-Type", properties.type);
  add_unless_empty(response, "Content-Encoding", properties.encoding);
  add_unless_empty(response, "Content-Language", properties.language);
  add_unless_empty(response, "Content-Disposition", properties.disposition);
  add_unless_empty(response, "Cache-Control", properties.cache_control);
  response.headers.set("Accept-Ranges", "bytes");
}

base::Result<std::string> body_text(const http::Body& body, uint64_t limit) {
  if (body.size > limit) {
    return bad_request("RequestBodyTooLarge", "the body is larger than this operation takes");
  }
  if (!body.file) return body.text;
  std::string text(body.size, '\0');
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t got =
        ::pread(body.file->get(), text.data() + done, text.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return base::internal("the upload's file cannot be read");
    done += static_cast<size_t>(got);
  }
  return text;
}

objects::Content content_of(const http::Body& body) {
  if (!body.file) return objects::Content::of(body.text);
  return objects::Content::of(*body.file, 0, body.size);
}

}  // namespace homeport::api::storage
