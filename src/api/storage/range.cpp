#include "api/storage/range.hpp"

#include <algorithm>
#include <string_view>

#include "api/storage/failure.hpp"
#include "base/text.hpp"

namespace homeport::api::storage {
namespace {

constexpr std::string_view kUnit = "bytes=";

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

base::Result<std::optional<ByteRange>> requested_range(const http::Request& request,
                                                       uint64_t size) {
  std::string_view text = request.headers.get("x-ms-range");
  if (text.empty()) text = request.headers.get("Range");
  text = base::trim(text);
  const std::optional<ByteRange> all;
  if (!text.starts_with(kUnit)) return all;
  text.remove_prefix(kUnit.size());
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos || !is_number(text.substr(0, dash))) return all;
  const std::string_view end = text.substr(dash + 1);
  if (!end.empty() && !is_number(end)) return all;
  const auto first = base::parse_integer(text.substr(0, dash));
  // An end past what a number can say is past the blob's end as well.
  const auto last = base::parse_integer(end);
  if (!first || static_cast<uint64_t>(*first) >= size) {
    return bad_request("InvalidRange", "the range begins after the end of the blob");
  }
  const auto offset = static_cast<uint64_t>(*first);
  if (last && *last < *first) return all;
  const uint64_t stop =
      last ? std::min<uint64_t>(static_cast<uint64_t>(*last), size - 1) : size - 1;
  return std::optional<ByteRange>(ByteRange{offset, stop - offset + 1});
}

base::Result<ByteRange> written_range(const http::Request& request, const char* first,
                                      const char* second) {
  std::string_view text = request.headers.get(first);
  if (text.empty()) text = request.headers.get(second);
  if (text.empty()) {
    return bad_request("MissingRequiredHeader", std::string(first) + " is missing");
  }
  const base::Error wrong =
      bad_request("InvalidHeaderValue", std::string(first) + " is not of the form bytes=0-511");
  text = base::trim(text);
  const size_t dash = text.find('-');
  if (!text.starts_with(kUnit) || dash == std::string_view::npos) return wrong;
  const std::string_view start = text.substr(kUnit.size(), dash - kUnit.size());
  const std::string_view end = text.substr(dash + 1);
  if (!is_number(start) || !is_number(end)) return wrong;
  const auto from = base::parse_integer(start);
  const auto to = base::parse_integer(end);
  if (!from || !to || *to < *from) return wrong;
  return ByteRange{static_cast<uint64_t>(*from), static_cast<uint64_t>(*to - *from) + 1};
}

}  // namespace homeport::api::storage
