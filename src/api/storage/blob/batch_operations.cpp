#include "api/storage/blob/batch_document.hpp"
#include "api/storage/blob/blob_service.hpp"
#include "api/storage/blob/call.hpp"
#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

constexpr uint64_t kMaxBatchBytes = 4ULL << 20;

// Each has credentials of its own, so it is looked at as if it had come alone; only what it may ask
// for is less.
http::Response answer_part(const Call& call, const http::Request& request) {
  const auto resource = parse_resource(request.target, request.host, Service::Blob);
  const std::string comp = base::to_lower(request.parameter("comp").value_or(""));
  const bool deletes = request.method == "DELETE" && comp.empty();
  const bool sets_tier = request.method == "PUT" && comp == "tier";
  if (!resource || resource->level() != Level::Object || (!deletes && !sets_tier)) {
    return failure_response(
        bad_request("InvalidInput", "a batch carries Delete Blob and Set Blob Tier only"));
  }
  const Resource& own = call.resource;
  const bool inside = resource->account == own.account &&
                      (own.container.empty() || resource->container == own.container);
  if (!inside) {
    return failure_response(
        bad_request("InvalidInput", "a request of the batch is for another container than it"));
  }
  return BlobService(call.parts).handle(request);
}

}  // namespace

Outcome blob_batch(const Call& call) {
  HP_TRY(const std::string text, body_text(call.request.body, kMaxBatchBytes));
  HP_TRY(const auto parts, parse_batch(call.request, text));
  if (parts.empty()) return bad_request("InvalidInput", "the batch has no requests");
  const std::string boundary = "batchresponse_" + base::random_uuid();
  std::string body;
  for (const BatchPart& part : parts) {
    body += "--" + boundary + "\r\n" + render_batch_part(part.id, answer_part(call, part.request));
  }
  body += "--" + boundary + "--\r\n";
  return http::text_response(202, "multipart/mixed; boundary=" + boundary, std::move(body));
}

}  // namespace homeport::api::storage::blob
