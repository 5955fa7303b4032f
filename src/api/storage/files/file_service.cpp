#include "api/storage/files/file_service.hpp"

#include <utility>

#include "api/storage/failure.hpp"
#include "api/storage/files/call.hpp"
#include "base/text.hpp"
#include "shares/path.hpp"

namespace homeport::api::storage::files {
namespace {

// What a request asks for, once it is known that its sender may.
struct Asked {
  Resource resource;
  Grant grant;
  const Operation* operation = nullptr;
  std::string path;
};

Needs needs_of(const Operation& operation) {
  Needs needs = operation.needs();
  // In an account SAS a directory's list is one of its share.
  if (operation.run == list_directory) needs.level = Level::Container;
  return needs;
}

base::Result<Asked> examine(const FileServiceParts& parts, const http::Request& request) {
  auto resource = parse_resource(request.target, request.host, Service::Files);
  if (!resource) return bad_request("InvalidUri", "the URL has a broken escape");
  HP_TRYV(check_version(request));
  HP_TRY(Grant grant, authorize(parts.access, policies_of(parts.store), request, *resource));
  HP_TRY(const Operation* operation, find_operation(request, *resource));
  HP_TRYV(check_permission(grant, needs_of(*operation)));
  const bool keep_dots =
      base::equals_ignoring_case(request.headers.get("x-ms-allow-trailing-dot"), "true");
  HP_TRY(std::string path,
         shares::parse_path(resource->name,
                            keep_dots ? shares::TrailingDots::Keep : shares::TrailingDots::Drop));
  return Asked{*std::move(resource), std::move(grant), operation, std::move(path)};
}

Outcome answer(const FileServiceParts& parts, const http::Request& request) {
  HP_TRY(Asked asked, examine(parts, request));
  return asked.operation->run(
      Call{request, asked.resource, asked.grant, parts, std::move(asked.path)});
}

// The stores below speak of containers and blobs.
base::Error in_words_of_files(base::Error error) {
  if (error.reason == "ContainerNotFound") error.reason = "ShareNotFound";
  if (error.reason == "ContainerAlreadyExists") error.reason = "ShareAlreadyExists";
  return error;
}

http::Response refusal(const FileServiceParts& parts, const http::Request& request,
                       const base::Error& error) {
  http::Response response = failure_response(in_words_of_files(error));
  add_common_headers(response, request, parts.access.clock.wall());
  return response;
}

}  // namespace

bool FileService::serves(const http::Request& request) const {
  const auto resource = parse_resource(request.target, request.host, Service::Files);
  return resource && parts_.access.keys.key(resource->account).has_value();
}

http::Response FileService::handle(const http::Request& request) const {
  auto outcome = answer(parts_, request);
  if (outcome.has_error()) return refusal(parts_, request, outcome.error());
  http::Response response = std::move(outcome).value();
  add_common_headers(response, request, parts_.access.clock.wall());
  return response;
}

std::optional<http::Response> FileService::admit(const http::Request& request) const {
  const auto asked = examine(parts_, request);
  if (asked.has_value()) return std::nullopt;
  return refusal(parts_, request, asked.error());
}

base::Result<std::string> FileService::issue_sas(const std::string& account,
                                                 const std::string& share, const std::string& path,
                                                 const std::string& permissions,
                                                 base::TimePoint expiry) const {
  HP_TRY(const security::Secret key, parts_.access.keys.key(account));
  Resource resource;
  resource.service = Service::Files;
  resource.account = account;
  resource.container = share;
  resource.name = path;
  return make_sas(resource, permissions, expiry, key);
}

}  // namespace homeport::api::storage::files
