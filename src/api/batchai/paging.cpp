#include "api/batchai/paging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "api/batchai/schema.hpp"
#include "base/text.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

constexpr const char* kToken = "$skiptoken";

}  // namespace

base::Result<Page> page_of(const http::Request& request) {
  Page page;
  if (const auto wished = request.parameter("maxresults")) {
    const auto number = base::parse_integer(*wished);
    if (!number || *number < 1 || *number > static_cast<int64_t>(kLargestPage)) {
      return wrong_field("maxresults", fmt::format("must be a whole number from 1 to {}, not '{}'",
                                                   kLargestPage, *wished));
    }
    page.size = static_cast<size_t>(*number);
  }
  if (const auto token = request.parameter(kToken)) {
    const auto after = base::base64url_decode(*token);
    if (!after) return wrong_field(kToken, "is not one that this server gave");
    page.after = *after;
  }
  return page;
}

http::Response page_response(const http::Request& request, json::array value,
                             const std::string& next) {
  json::object body{{"value", std::move(value)}};
  if (!next.empty()) {
    std::string link = request.origin() + request.path;
    char separator = '?';
    for (const auto& [name, text] : request.query) {
      if (base::equals_ignoring_case(name, kToken)) continue;
      link +=
          fmt::format("{}{}={}", separator, base::percent_encode(name), base::percent_encode(text));
      separator = '&';
    }
    link += fmt::format("{}{}={}", separator, base::percent_encode(kToken, "$"),
                        base::base64url_encode(next));
    body["nextLink"] = link;
  }
  return http::json_response(200, json::serialize(body));
}

http::Response page_of_all(const http::Request& request, const Page& page,
                           std::vector<Entry> entries) {
  const auto place = [](const Entry& entry) {
    return std::pair(base::to_lower(entry.key), entry.key);
  };
  std::sort(entries.begin(), entries.end(),
            [&](const Entry& a, const Entry& b) { return place(a) < place(b); });
  const Entry before{page.after, {}};
  json::array value;
  std::string last;
  for (Entry& entry : entries) {
    if (!page.after.empty() && place(entry) <= place(before)) continue;
    if (value.size() == page.size) return page_response(request, std::move(value), last);
    last = entry.key;
    value.push_back(std::move(entry.value));
  }
  return page_response(request, std::move(value), "");
}

}  // namespace homeport::api::batchai
