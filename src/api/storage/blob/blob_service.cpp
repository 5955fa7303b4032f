#include "api/storage/blob/blob_service.hpp"

#include <utility>

#include "api/storage/blob/call.hpp"
#include "api/storage/blob/conditions.hpp"
#include "api/storage/blob/operations.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/resource.hpp"
#include "api/storage/sas.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

// What a request asks for, as far as it could be understood.
struct Asked {
  Resource resource;
  Grant grant;
  const Operation* operation = nullptr;
};

// An error unless its sender may have what is asked for.
base::Result<void> examine(const BlobServiceParts& parts, const http::Request& request,
                           Asked& asked) {
  auto resource = parse_resource(request.target, request.host, Service::Blob);
  if (!resource) return bad_request("InvalidUri", "the URL has a broken escape");
  asked.resource = *std::move(resource);
  HP_TRYV(check_version(request));
  const auto operation = find_operation(request, asked.resource);
  if (operation.has_value()) asked.operation = operation.value();
  HP_TRY(asked.grant, authorize(parts.access, policies_of(parts.store), request, asked.resource));
  // Only who may come in is told what is not built.
  if (operation.has_error()) return operation.error();
  return check_permission(asked.grant, asked.operation->needs());
}

Outcome answer(const BlobServiceParts& parts, const http::Request& request, Asked& asked) {
  HP_TRYV(examine(parts, request, asked));
  return asked.operation->run(Call{request, asked.resource, asked.grant, parts});
}

}  // namespace

base::Result<objects::Precondition> change_condition(const Call& call, LeaseNeed need) {
  HP_TRY(Conditions conditions, parse_conditions(call.request, call.now()));
  conditions.lease_need = need;
  return objects::Precondition(
      [conditions = std::move(conditions)](const objects::ObjectInfo* current) {
        return check_write(conditions, current);
      });
}

base::Result<objects::Precondition> write_condition(const Call& call) {
  HP_TRY(Conditions conditions, parse_conditions(call.request, call.now()));
  const bool may_replace = call.grant.allows('w');
  return objects::Precondition([conditions = std::move(conditions), may_replace](
                                   const objects::ObjectInfo* current) -> base::Result<void> {
    if (current != nullptr && !may_replace) {
      return forbidden("UnauthorizedBlobOverwrite", "the SAS lets create, not replace");
    }
    return check_write(conditions, current);
  });
}

BlobService::BlobService(BlobServiceParts parts) : parts_(std::move(parts)) {}

BlobService::~BlobService() = default;

bool BlobService::is_account(std::string_view name) const {
  return parts_.access.keys.key(name).has_value();
}

bool BlobService::serves(const http::Request& request) const {
  const auto resource = parse_resource(request.target, request.host, Service::Blob);
  return resource && is_account(resource->account);
}

http::Response BlobService::handle(const http::Request& request) const {
  Asked asked;
  auto outcome = answer(parts_, request, asked);
  http::Response response =
      outcome.has_value() ? std::move(outcome).value() : failure_response(outcome.error());
  add_common_headers(response, request, parts_.access.clock.wall());
  if (parts_.changed && asked.operation != nullptr &&
      changes_account(request.method, asked.operation->level)) {
    parts_.changed({request, asked.resource, asked.operation->name, asked.grant, response});
  }
  return response;
}

std::optional<http::Response> BlobService::admit(const http::Request& request) const {
  Asked asked;
  const auto examined = examine(parts_, request, asked);
  if (examined.has_value()) return std::nullopt;
  http::Response response = failure_response(examined.error());
  add_common_headers(response, request, parts_.access.clock.wall());
  return response;
}

base::Result<std::string> BlobService::issue_sas(const std::string& account,
                                                 const std::string& container,
                                                 const std::string& blob,
                                                 const std::string& permissions,
                                                 base::TimePoint expiry) const {
  HP_TRY(const security::Secret key, parts_.access.keys.key(account));
  Resource resource;
  resource.account = account;
  resource.container = container;
  resource.name = blob;
  return make_sas(resource, permissions, expiry, key);
}

}  // namespace homeport::api::storage::blob
