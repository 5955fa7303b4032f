#include "api/storage/files/entry_headers.hpp"

#include <algorithm>
#include <array>

#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "base/text.hpp"
#include "objects/names.hpp"

namespace homeport::api::storage::files {

const char* const kDefaultPermission = "O:SYG:SYD:(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1301bf;;;AU)";

namespace {

constexpr std::array<const char*, 9> kAttributes{
    "ReadOnly",          "Hidden",     "System", "Directory", "Archive", "Temporary", "Offline",
    "NotContentIndexed", "NoScrubData"};

constexpr std::array<const char*, 6> kContentHeaders{
    "x-ms-content-type",  "x-ms-content-encoding",    "x-ms-content-language",
    "x-ms-cache-control", "x-ms-content-disposition", "x-ms-content-md5"};

base::Error bad_header(const std::string& name, std::string_view value) {
  return bad_request("InvalidHeaderValue",
                     name + " is '" + std::string(value) + "', which it cannot be");
}

std::string default_key() {
  static const std::string key = objects::name_hash(kDefaultPermission).substr(0, 32);
  return key;
}

// nullopt for a header that is absent or says "preserve".
base::Result<std::optional<base::TimePoint>> time_header(const http::Request& request,
                                                         const char* name, base::TimePoint now) {
  const std::optional<base::TimePoint> unchanged;
  const std::string_view text = request.headers.get(name);
  if (text.empty() || base::equals_ignoring_case(text, "preserve")) return unchanged;
  if (base::equals_ignoring_case(text, "now")) return std::optional(now);
  const auto time = base::parse_iso8601(text);
  if (time.has_error()) return bad_header(name, text);
  return std::optional(time.value());
}

base::Result<std::optional<std::string>> attributes_header(const Call& call) {
  constexpr const char* kName = "x-ms-file-attributes";
  const std::string_view text = call.request.headers.get(kName);
  if (text.empty() || base::equals_ignoring_case(text, "preserve")) {
    return std::optional<std::string>();
  }
  std::vector<std::string> chosen;
  const bool directory =
      base::equals_ignoring_case(call.request.parameter("restype").value_or(""), "directory");
  if (directory) chosen.emplace_back("Directory");
  for (const std::string& part : base::split(text, '|')) {
    const std::string_view word = base::trim(part);
    if (base::equals_ignoring_case(word, "none")) continue;
    const auto known = std::ranges::find_if(
        kAttributes, [&](const char* name) { return base::equals_ignoring_case(word, name); });
    if (known == kAttributes.end()) return bad_header(kName, text);
    if (std::string_view(*known) == "Directory") {
      if (!directory) return bad_header(kName, text);
      continue;
    }
    chosen.emplace_back(*known);
  }
  return std::optional(chosen.empty() ? std::string("None") : base::join(chosen, "|"));
}

base::Result<std::optional<std::string>> permission_header(const Call& call) {
  const http::Headers& headers = call.request.headers;
  const std::string_view text = headers.get("x-ms-file-permission");
  const std::string key(headers.get("x-ms-file-permission-key"));
  const std::string_view format = headers.get("x-ms-file-permission-format");
  if (!format.empty() && !base::equals_ignoring_case(format, "sddl")) {
    return base::not_implemented("permissions in the format '" + std::string(format) + "'");
  }
  if (!text.empty() && !key.empty()) {
    return bad_request("InvalidHeaderValue",
                       "x-ms-file-permission and x-ms-file-permission-key exclude each other");
  }
  if (!key.empty()) {
    if (is_default_permission(key)) return std::optional(std::string());
    HP_TRYV(call.entries().permission(call.share(), key));
    return std::optional(key);
  }
  if (text.empty() || base::equals_ignoring_case(text, "preserve")) {
    return std::optional<std::string>();
  }
  if (base::equals_ignoring_case(text, "inherit") || text == kDefaultPermission) {
    return std::optional(std::string());
  }
  HP_TRY(auto kept, call.entries().keep_permission(call.share(), std::string(text)));
  return std::optional(std::move(kept));
}

base::Result<std::optional<objects::ContentProperties>> content_headers(
    const http::Request& request, Missing missing) {
  const bool any = std::ranges::any_of(kContentHeaders,
                                       [&](const char* name) { return request.headers.has(name); });
  const bool resizes = request.headers.has("x-ms-content-length");
  if (!any && (missing == Missing::Keep || resizes)) {
    return std::optional<objects::ContentProperties>();
  }
  const auto text = [&](const char* name) { return std::string(request.headers.get(name)); };
  objects::ContentProperties properties;
  properties.type = text("x-ms-content-type");
  properties.encoding = text("x-ms-content-encoding");
  properties.language = text("x-ms-content-language");
  properties.cache_control = text("x-ms-cache-control");
  properties.disposition = text("x-ms-content-disposition");
  HP_TRY(properties.md5, md5_header(request, "x-ms-content-md5", "InvalidHeaderValue"));
  return std::optional(std::move(properties));
}

void add_unless_empty(http::Response& response, const char* name, const std::string& value) {
  if (!value.empty()) response.headers.set(name, value);
}

}  // namespace

bool is_default_permission(std::string_view key) {
  return key == default_key();
}

std::string permission_key_of(const shares::EntryInfo& info) {
  return info.permission_key.empty() ? default_key() : info.permission_key;
}

base::Result<shares::EntryChanges> changes_of(const Call& call, Missing missing) {
  const http::Request& request = call.request;
  const base::TimePoint now = call.parts.access.clock.wall();
  shares::EntryChanges changes;
  HP_TRY(changes.properties, content_headers(request, missing));
  HP_TRY(auto metadata, metadata_of(request));
  if (!metadata.empty()) changes.metadata = std::move(metadata);
  HP_TRY(changes.attributes, attributes_header(call));
  HP_TRY(changes.permission_key, permission_header(call));
  // "now" of a new file is what the file system says of itself.
  const auto given = [&](const char* name) {
    return !base::equals_ignoring_case(request.headers.get(name), "now") ||
           missing == Missing::Replace;
  };
  if (given("x-ms-file-creation-time")) {
    HP_TRY(changes.created, time_header(request, "x-ms-file-creation-time", now));
  }
  if (given("x-ms-file-last-write-time")) {
    HP_TRY(changes.written, time_header(request, "x-ms-file-last-write-time", now));
  }
  return changes;
}

std::string to_file_time(base::TimePoint time) {
  // Steps of 100 ns; the clock has microseconds.
  std::string text = base::to_iso8601(time);
  text.insert(text.size() - 1, "0");
  return text;
}

void add_entry_headers(http::Response& response, const shares::EntryInfo& info) {
  add_version_headers(response, info.etag, info.modified);
  response.headers.set("x-ms-file-permission-key", permission_key_of(info));
  response.headers.set("x-ms-file-attributes", info.attributes);
  response.headers.set("x-ms-file-creation-time", to_file_time(info.created));
  response.headers.set("x-ms-file-last-write-time", to_file_time(info.written));
  response.headers.set("x-ms-file-change-time", to_file_time(info.changed));
  response.headers.set("x-ms-file-id", std::to_string(info.id));
  response.headers.set("x-ms-file-parent-id", std::to_string(info.parent_id));
}

void add_file_headers(http::Response& response, const Call& call, const shares::EntryInfo& info) {
  add_entry_headers(response, info);
  add_metadata(response, info.metadata);
  add_unless_empty(response, "Content-Type", info.properties.type);
  add_unless_empty(response, "Content-Encoding", info.properties.encoding);
  add_unless_empty(response, "Content-Language", info.properties.language);
  add_unless_empty(response, "Content-Disposition", info.properties.disposition);
  add_unless_empty(response, "Cache-Control", info.properties.cache_control);
  if (info.copy) {
    response.headers.set("x-ms-copy-id", info.copy->id);
    response.headers.set("x-ms-copy-source", info.copy->source);
    response.headers.set("x-ms-copy-status", "success");
    const std::string size = std::to_string(info.copy->size);
    response.headers.set("x-ms-copy-progress", size + "/" + size);
    response.headers.set("x-ms-copy-completion-time", base::to_http_date(info.copy->completed));
  }
  response.headers.set("Accept-Ranges", "bytes");
  response.headers.set("x-ms-type", "File");
  response.headers.set("x-ms-server-encrypted", "false");
  if (!speaks(call.request, kWithFileLeases)) return;
  response.headers.set("x-ms-lease-status", "unlocked");
  response.headers.set("x-ms-lease-state", "available");
}

}  // namespace homeport::api::storage::files
