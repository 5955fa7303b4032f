#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::api::storage {

/// "Sat, 01 Jun 2019 10:20:30 GMT"; nullopt for anything else.
std::optional<base::TimePoint> parse_http_date(std::string_view text);

/// The x-ms-meta-* headers. InvalidArgument "EmptyMetadataKey", "InvalidMetadata",
/// "MetadataTooLarge" (8 KiB).
base::Result<objects::Metadata> metadata_of(const http::Request& request);

enum class Fallback { Standard, None };
/// What the x-ms-blob-content-* headers say about a blob; Fallback::Standard: where one is missing,
/// the header of HTTP itself. InvalidArgument "InvalidHeaderValue" for an MD5 that is none.
base::Result<objects::ContentProperties> properties_of(const http::Request& request,
                                                       Fallback fallback);

/// A header that is the base64 of an MD5, raw; empty where absent. InvalidArgument of that reason.
base::Result<std::string> md5_header(const http::Request& request, const char* name,
                                     const char* reason);
/// Content-MD5, raw; empty where absent. InvalidArgument "InvalidMd5".
base::Result<std::string> transfer_md5(const http::Request& request);
/// A header that is a number from 0 on; nullopt where absent. InvalidArgument "InvalidHeaderValue".
base::Result<std::optional<uint64_t>> number_header(const http::Request& request, const char* name);

/// ETag and Last-Modified.
void add_version_headers(http::Response& response, const std::string& etag,
                         base::TimePoint modified);
void add_metadata(http::Response& response, const objects::Metadata& metadata);
/// What a client said of the content, without its length and Content-MD5.
void add_content_headers(http::Response& response, const objects::ContentProperties& properties);

/// The whole body as text; InvalidArgument "RequestBodyTooLarge" over `limit` bytes.
base::Result<std::string> body_text(const http::Body& body, uint64_t limit);
objects::Content content_of(const http::Body& body);

}  // namespace homeport::api::storage
