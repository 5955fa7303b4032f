#include "api/http/target.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace homeport::api::http {
namespace {

std::string collapse_slashes(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  for (char c : path) {
    if (c != '/' || out.empty() || out.back() != '/') out += c;
  }
  return out;
}

base::Result<std::string> decode_form(std::string_view text) {
  if (text.find_first_of("%+") == std::string_view::npos) return std::string(text);
  std::string blanks(text);
  std::replace(blanks.begin(), blanks.end(), '+', ' ');
  auto decoded = base::percent_decode(blanks);
  if (!decoded) return base::invalid_argument("query", "the query has a broken percent escape");
  return *std::move(decoded);
}

base::Result<void> parse_query(std::string_view query, Request& request) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    HP_TRY(auto name, decode_form(pair.substr(0, equals)));
    std::string value;
    if (equals != std::string_view::npos) {
      HP_TRY(value, decode_form(pair.substr(equals + 1)));
    }
    request.query.emplace_back(std::move(name), std::move(value));
  }
  return base::success();
}

/// "http://host/path" -> host, and "/path" is left.
std::string_view cut_authority(std::string_view target, Request& request) {
  const size_t start = target.find("://");
  if (start == std::string_view::npos || start > target.find('/')) return target;
  target.remove_prefix(start + 3);
  const size_t end = std::min(target.find_first_of("/?"), target.size());
  request.host = target.substr(0, end);
  return target.substr(end);
}

}  // namespace

base::Result<void> parse_target(std::string_view target, Request& request) {
  request.target = target;
  std::string_view rest = target.starts_with('/') ? target : cut_authority(target, request);
  rest = rest.substr(0, rest.find('#'));
  const size_t mark = rest.find('?');
  const std::string_view path = rest.substr(0, mark);
  if (path.find('%') != std::string_view::npos && !base::percent_decode(path)) {
    return base::invalid_argument("path", "the path has a broken percent escape");
  }
  const bool has_authority = rest.data() != target.data();
  request.path = path.empty() && has_authority ? "/" : collapse_slashes(path);
  if (!request.path.starts_with('/') && target != "*") {
    return base::invalid_argument("path", "the target of the request does not start with /");
  }
  return mark == std::string_view::npos ? base::success()
                                        : parse_query(rest.substr(mark + 1), request);
}

}  // namespace homeport::api::http
