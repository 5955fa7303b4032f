#include "api/storage/transfer_checks.hpp"

#include "api/storage/failure.hpp"
#include "api/storage/headers.hpp"
#include "base/text.hpp"
#include "objects/crc64.hpp"

namespace homeport::api::storage {
namespace {

constexpr size_t kCrc64Bytes = 8;

base::Result<void> check_crc64(const http::Request& request, const objects::Content& content,
                               const char* name) {
  const std::string_view text = request.headers.get(name);
  if (text.empty()) return base::success();
  const auto announced = base::base64_decode(text);
  if (!announced || announced->size() != kCrc64Bytes) {
    return bad_request("InvalidHeaderValue", std::string(name) + " is not the base64 of a CRC64");
  }
  HP_TRY(const std::string actual, objects::crc64_of(content));
  if (actual == *announced) return base::success();
  return bad_request("Crc64Mismatch",
                     "the CRC64 of the bytes that arrived is not the one that was announced");
}

}  // namespace

base::Result<std::string> announced_md5(const http::Request& request,
                                        const objects::Content& content,
                                        const ChecksumHeaders& headers) {
  HP_TRY(std::string md5, md5_header(request, headers.md5, "InvalidMd5"));
  HP_TRYV(check_crc64(request, content, headers.crc64));
  return md5;
}

void confirm_checksums(http::Response& response, const http::Request& request,
                       const ChecksumHeaders& headers) {
  const std::string_view md5 = request.headers.get(headers.md5);
  if (!md5.empty()) response.headers.set("Content-MD5", std::string(md5));
  const std::string_view crc64 = request.headers.get(headers.crc64);
  if (!crc64.empty()) response.headers.set("x-ms-content-crc64", std::string(crc64));
}

}  // namespace homeport::api::storage
