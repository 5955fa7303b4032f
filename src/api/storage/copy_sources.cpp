#include "api/storage/copy_sources.hpp"

#include "api/storage/blob/blob_properties.hpp"
#include "api/storage/failure.hpp"
#include "base/text.hpp"
#include "objects/shares.hpp"
#include "shares/path.hpp"

namespace homeport::api::storage {
namespace {

std::vector<std::pair<std::string, std::string>> query_of(const Resource& source) {
  std::vector<std::pair<std::string, std::string>> query;
  for (const std::string& part : base::split(source.raw_query, '&')) {
    const size_t equals = std::min(part.find('='), part.size());
    const std::string value = equals < part.size() ? part.substr(equals + 1) : "";
    query.emplace_back(part.substr(0, equals), base::percent_decode(value).value_or(value));
  }
  return query;
}

std::string query_value(const Resource& source, std::string_view name) {
  for (const auto& [key, value] : query_of(source)) {
    if (base::equals_ignoring_case(key, name)) return value;
  }
  return "";
}

// The request that would read the source, as far as permission to do so goes.
http::Request reading_request(const http::Request& request, const Resource& source) {
  http::Request reading;
  reading.method = "GET";
  reading.scheme = request.scheme;
  reading.remote_address = request.remote_address;
  reading.query = query_of(source);
  const std::string_view authorization = request.headers.get("x-ms-copy-source-authorization");
  if (!authorization.empty()) reading.headers.set("Authorization", std::string(authorization));
  return reading;
}

}  // namespace

StoredPolicies policies_of(objects::ObjectStore& store) {
  return [&store](const Resource& resource) -> base::Result<std::vector<objects::StoredPolicy>> {
    HP_TRY(auto info, store.container(container_of(resource)));
    return std::move(info.policies);
  };
}

objects::ContainerName container_of(const Resource& resource) {
  return {resource.service == Service::Files ? objects::share_account(resource.account)
                                             : resource.account,
          resource.container};
}

base::Result<void> CopySources::check_reader(const http::Request& request,
                                             const Resource& source) const {
  const auto grant =
      authorize(access_, policies_of(objects_), reading_request(request, source), source);
  const bool may = grant.has_value() &&
                   check_permission(grant.value(), {Level::Object, "r", "r", "a copy"}).has_value();
  if (may) return base::success();
  return forbidden("CannotVerifyCopySource", "the request may not read the copy's source");
}

base::Result<CopySource> CopySources::open(const http::Request& request, const Resource& target,
                                           const Grant& grant) const {
  const std::string_view text = request.headers.get("x-ms-copy-source");
  const auto url = parse_source_url(text);
  if (!url) return bad_request("InvalidHeaderValue", "x-ms-copy-source is no URL");
  auto source = parse_resource(url->target, url->host, Service::Files);
  if (!source || access_.keys.key(source->account).has_error()) {
    source = parse_resource(url->target, url->host, Service::Blob);
  }
  if (!source || source->level() != Level::Object ||
      access_.keys.key(source->account).has_error()) {
    return base::not_implemented("a copy from another server than this one");
  }
  // Who holds the account's key may read all of the account; anything else needs a permission of
  // its own.
  if (source->account != target.account || grant.sas || grant.only) {
    HP_TRYV(check_reader(request, *source));
  }
  HP_TRY(auto opened, source->service == Service::Blob ? open_blob(*source) : open_file(*source));
  opened.service = source->service;
  opened.shown_url = text.substr(0, text.find('?'));
  return opened;
}

base::Result<CopySource> CopySources::open_blob(const Resource& source) const {
  HP_TRY(auto object, objects_.open({source.account, source.container, source.name,
                                     query_value(source, "snapshot")}));
  HP_TRYV(blob::check_not_archived(object.info.traits));
  CopySource opened;
  opened.file = std::move(object.file);
  opened.size = object.info.size;
  opened.etag = object.info.etag;
  opened.modified = object.info.modified;
  opened.properties = object.info.properties;
  opened.metadata = object.info.metadata;
  opened.traits = object.info.traits;
  return opened;
}

base::Result<CopySource> CopySources::open_file(const Resource& source) const {
  HP_TRY(const std::string path, shares::parse_path(source.name, shares::TrailingDots::Drop));
  HP_TRY(auto entry, files_.open_file({container_of(source), path}));
  CopySource opened;
  opened.file = std::move(entry.file);
  opened.size = entry.info.size;
  opened.etag = entry.info.etag;
  opened.modified = entry.info.modified;
  opened.properties = entry.info.properties;
  opened.metadata = entry.info.metadata;
  return opened;
}

}  // namespace homeport::api::storage
