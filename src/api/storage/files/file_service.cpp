#include "api/storage/files/file_service.hpp"

#include <utility>

#include "api/storage/failure.hpp"
#include "api/storage/files/call.hpp"
#include "base/text.hpp"
#include "shares/path.hpp"

namespace homeport::api::storage::files {
namespace {

// What a request asks for, as far as it could be understood.
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

// An error unless its sender may have what is asked for.
base::Result<void> examine(const FileServiceParts& parts, const http::Request& request,
                           Asked& asked) {
  auto resource = parse_resource(request.target, request.host, Service::Files);
  if (!resource) return bad_request("InvalidUri", "the URL has a broken escape");
  asked.resource = *std::move(resource);
  HP_TRYV(check_version(request));
  const auto operation = find_operation(request, asked.resource);
  if (operation.has_value()) asked.operation = operation.value();
  HP_TRY(asked.grant, authorize(parts.access, policies_of(parts.store), request, asked.resource));
  // Only who may come in is told what is not built.
  if (operation.has_error()) return operation.error();
  HP_TRYV(check_permission(asked.grant, needs_of(*asked.operation)));
  const bool keep_dots =
      base::equals_ignoring_case(request.headers.get("x-ms-allow-trailing-dot"), "true");
  HP_TRY(asked.path,
         shares::parse_path(asked.resource.name,
                            keep_dots ? shares::TrailingDots::Keep : shares::TrailingDots::Drop));
  return base::success();
}

Outcome answer(const FileServiceParts& parts, const http::Request& request, Asked& asked) {
  HP_TRYV(examine(parts, request, asked));
  return asked.operation->run(Call{request, asked.resource, asked.grant, parts, asked.path});
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

http::Response respond(const FileServiceParts& parts, const http::Request& request, Asked& asked) {
  auto outcome = answer(parts, request, asked);
  if (outcome.has_error()) return refusal(parts, request, outcome.error());
  http::Response response = std::move(outcome).value();
  add_common_headers(response, request, parts.access.clock.wall());
  return response;
}

}  // namespace

bool FileService::serves(const http::Request& request) const {
  const auto resource = parse_resource(request.target, request.host, Service::Files);
  return resource && parts_.access.keys.key(resource->account).has_value();
}

http::Response FileService::handle(const http::Request& request) const {
  Asked asked;
  http::Response response = respond(parts_, request, asked);
  if (parts_.changed && asked.operation != nullptr &&
      changes_account(request.method, asked.operation->level)) {
    parts_.changed({request, asked.resource, asked.operation->name, asked.grant, response});
  }
  return response;
}

std::optional<http::Response> FileService::admit(const http::Request& request) const {
  Asked asked;
  const auto examined = examine(parts_, request, asked);
  if (examined.has_value()) return std::nullopt;
  return refusal(parts_, request, examined.error());
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
