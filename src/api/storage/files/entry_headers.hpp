#pragma once

#include <string>

#include "api/http/message.hpp"
#include "api/storage/files/call.hpp"
#include "base/result.hpp"
#include "shares/share_store.hpp"

namespace homeport::api::storage::files {

/// Whether missing x-ms-content-* headers leave what is there (Keep), or empty it where others of
/// them are given (Replace).
enum class Missing { Keep, Replace };

/// What the x-ms-file-*, x-ms-content-* and x-ms-meta-* headers ask for. Keeps a permission that is
/// given as text. InvalidArgument "InvalidHeaderValue".
base::Result<shares::EntryChanges> changes_of(const Call& call, Missing missing);

/// ETag, Last-Modified and the x-ms-file-* headers that every answer about an entry has.
void add_entry_headers(http::Response& response, const shares::EntryInfo& info);
/// All that a GET or HEAD tells about a file, without its length and Content-MD5.
void add_file_headers(http::Response& response, const Call& call, const shares::EntryInfo& info);

/// The versions in which files and shares got leases.
inline constexpr std::string_view kWithFileLeases = "2019-07-07";
inline constexpr std::string_view kWithShareLeases = "2020-02-10";

/// "2023-11-14T22:13:20.1234567Z"
std::string to_file_time(base::TimePoint time);

/// The security descriptor of an entry that was given none, and its key.
extern const char* const kDefaultPermission;
std::string permission_key_of(const shares::EntryInfo& info);
bool is_default_permission(std::string_view key);

}  // namespace homeport::api::storage::files
