#include "api/storage/blob/blob_properties.hpp"
#include "api/storage/blob/call.hpp"
#include "api/storage/blob/conditions.hpp"
#include "api/storage/content_response.hpp"
#include "api/storage/headers.hpp"

namespace homeport::api::storage::blob {
namespace {

http::Response not_modified(const objects::ObjectInfo& info) {
  http::Response response{304};
  add_version_headers(response, info.etag, info.modified);
  return response;
}

}  // namespace

Outcome get_blob(const Call& call) {
  HP_TRY(const Conditions conditions, parse_conditions(call.request, call.now()));
  HP_TRY(auto object, call.store().open(call.object()));
  HP_TRY(const ReadVerdict verdict, check_read(conditions, object.info));
  if (verdict == ReadVerdict::NotModified) return not_modified(object.info);
  HP_TRYV(check_not_archived(object.info.traits));
  http::Response response;
  add_blob_headers(response, object.info, call.now());
  apply_overrides(response, call.grant);
  HP_TRYV(send_content(response, call.request,
                       {std::move(object.file), object.info.size, object.info.properties.md5,
                        "x-ms-blob-content-md5"}));
  return response;
}

Outcome head_blob(const Call& call) {
  HP_TRY(const Conditions conditions, parse_conditions(call.request, call.now()));
  HP_TRY(const auto info, call.store().find(call.object()));
  HP_TRY(const ReadVerdict verdict, check_read(conditions, info));
  if (verdict == ReadVerdict::NotModified) return not_modified(info);
  http::Response response;
  add_blob_headers(response, info, call.now());
  apply_overrides(response, call.grant);
  add_md5(response, "Content-MD5", info.properties.md5);
  response.headers.set("Content-Length", std::to_string(info.size));
  return response;
}

Outcome blob_metadata(const Call& call) {
  HP_TRY(const Conditions conditions, parse_conditions(call.request, call.now()));
  HP_TRY(const auto info, call.store().find(call.object()));
  HP_TRY(const ReadVerdict verdict, check_read(conditions, info));
  if (verdict == ReadVerdict::NotModified) return not_modified(info);
  http::Response response;
  add_version_headers(response, info.etag, info.modified);
  add_metadata(response, info.metadata);
  return response;
}

}  // namespace homeport::api::storage::blob
