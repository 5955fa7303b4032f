#include <boost/json.hpp>

#include "api/storage/failure.hpp"
#include "api/storage/files/call.hpp"
#include "api/storage/files/entry_headers.hpp"
#include "api/storage/headers.hpp"
#include "base/text.hpp"
#include "shares/path.hpp"

namespace homeport::api::storage::files {
namespace {

namespace json = boost::json;

constexpr uint64_t kMaxPermissionBytes = 64U << 10;

Outcome rename_entry(const Call& call, shares::EntryKind kind) {
  const std::string_view text = call.request.headers.get("x-ms-file-rename-source");
  const auto url = parse_source_url(text);
  const auto source = url ? parse_resource(url->target, url->host, Service::Files) : std::nullopt;
  if (!source) return bad_request("InvalidHeaderValue", "x-ms-file-rename-source is no URL");
  if (source->account != call.resource.account || source->container != call.resource.container) {
    return bad_request("InvalidHeaderValue", "an entry is renamed within its share");
  }
  HP_TRY(const std::string path, shares::parse_path(source->name, shares::TrailingDots::Drop));
  const bool replace = base::equals_ignoring_case(
      call.request.headers.get("x-ms-file-rename-replace-if-exists"), "true");
  HP_TRY(auto changes, changes_of(call, Missing::Keep));
  HP_TRY(const auto info,
         call.entries().rename({call.share(), path}, call.entry(), kind,
                               replace ? shares::Replace::Yes : shares::Replace::No, changes));
  http::Response response{200};
  add_entry_headers(response, info);
  return response;
}

}  // namespace

Outcome rename_directory(const Call& call) {
  return rename_entry(call, shares::EntryKind::Directory);
}

Outcome rename_file(const Call& call) {
  return rename_entry(call, shares::EntryKind::File);
}

Outcome copy_file(const Call& call) {
  HP_TRY(const auto source, call.parts.sources.open(call.request, call.resource, call.grant));
  HP_TRY(auto changes, changes_of(call, Missing::Keep));
  changes.properties = source.properties;
  if (!changes.metadata) changes.metadata = source.metadata;
  objects::CopyRecord copy;
  copy.id = base::random_uuid();
  copy.source = source.shown_url;
  copy.size = source.size;
  copy.completed = call.parts.access.clock.wall();
  changes.copy = copy;
  HP_TRY(const auto info,
         call.entries().create_file(call.entry(), objects::Content::of(source.file, 0, source.size),
                                    changes));
  http::Response response{202};
  add_version_headers(response, info.etag, info.modified);
  response.headers.set("x-ms-copy-id", copy.id);
  response.headers.set("x-ms-copy-status", "success");
  return response;
}

// Every copy has ended when it is answered.
Outcome abort_copy(const Call& call) {
  HP_TRYV(call.entries().find(call.entry(), shares::EntryKind::File));
  return base::conflict("NoPendingCopyOperation", "there is no copy under way");
}

Outcome create_permission(const Call& call) {
  HP_TRY(const std::string text, body_text(call.request.body, kMaxPermissionBytes));
  boost::system::error_code error;
  const json::value document = json::parse(text, error);
  const auto* permission =
      error || !document.is_object() ? nullptr : document.get_object().if_contains("permission");
  if (permission == nullptr || !permission->is_string()) {
    return bad_request("InvalidInput", "the body is {\"permission\": TEXT}");
  }
  const std::string sddl(permission->get_string());
  HP_TRY(const std::string key, call.entries().keep_permission(call.share(), sddl));
  http::Response response{201};
  response.headers.set("x-ms-file-permission-key", key);
  response.headers.set("x-ms-request-server-encrypted", "false");
  return response;
}

Outcome get_permission(const Call& call) {
  const std::string key(call.request.headers.get("x-ms-file-permission-key"));
  std::string text = kDefaultPermission;
  if (!is_default_permission(key)) {
    HP_TRY(text, call.entries().permission(call.share(), key));
  }
  return http::json_response(200, json::serialize(json::object{{"permission", text}}));
}

}  // namespace homeport::api::storage::files
