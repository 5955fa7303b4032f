#include "api/http/router.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"

namespace homeport::api::http {
namespace {

struct IgnoringCase {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; };
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [&](char x, char y) { return lower(x) < lower(y); });
  }
};

/// One segment of a pattern: literal text, or a name between literal texts.
struct Segment {
  std::string before;
  std::string name;  ///< empty: `before` is all there is
  std::string after;
  bool rest = false;
};

bool same_shape(const Segment& a, const Segment& b) {
  return a.name.empty() == b.name.empty() && a.rest == b.rest &&
         base::equals_ignoring_case(a.before, b.before) &&
         base::equals_ignoring_case(a.after, b.after);
}

[[noreturn]] void malformed(std::string_view pattern, const char* why) {
  throw std::invalid_argument("route " + std::string(pattern) + ": " + why);
}

Segment parse_segment(std::string_view text, std::string_view pattern) {
  const size_t open = text.find('{');
  if (open == std::string_view::npos) return Segment{std::string(text), {}, {}};
  const size_t close = text.find('}', open);
  if (close == std::string_view::npos || close == open + 1) malformed(pattern, "broken {name}");
  Segment segment;
  segment.before = text.substr(0, open);
  segment.name = text.substr(open + 1, close - open - 1);
  segment.after = text.substr(close + 1);
  if (segment.name.ends_with("...")) {
    segment.rest = true;
    segment.name.resize(segment.name.size() - 3);
    if (!segment.before.empty() || !segment.after.empty()) malformed(pattern, "text at {name...}");
  }
  return segment;
}

std::vector<Segment> parse_pattern(std::string_view pattern) {
  if (!pattern.starts_with('/')) malformed(pattern, "does not start with /");
  std::vector<Segment> segments;
  if (pattern == "/") return segments;
  for (const std::string& part : base::split(pattern.substr(1), '/')) {
    if (part.empty()) malformed(pattern, "has an empty segment");
    if (!segments.empty() && segments.back().rest)
      malformed(pattern, "{name...} is not at the end");
    segments.push_back(parse_segment(part, pattern));
  }
  return segments;
}

/// The value that `segment` takes from `text`, if it matches.
std::optional<std::string_view> value_in(const Segment& segment, std::string_view text) {
  if (text.size() <= segment.before.size() + segment.after.size()) return std::nullopt;
  if (!base::equals_ignoring_case(text.substr(0, segment.before.size()), segment.before) ||
      !base::equals_ignoring_case(text.substr(text.size() - segment.after.size()), segment.after)) {
    return std::nullopt;
  }
  return text.substr(segment.before.size(),
                     text.size() - segment.before.size() - segment.after.size());
}

std::string decoded(std::string_view text) {
  // The server refuses broken escapes before it asks for a route.
  return base::percent_decode(text).value_or(std::string(text));
}

}  // namespace

struct Router::Route {
  std::string pattern;
  std::vector<std::string> names;  ///< of the parameters, in the order of the path
  Handler handler;
  RouteOptions options;
};

/// A place in the tree of segments. Children are tried in the order literal, between literal text
/// (the longest text first), whole segment, rest.
struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, IgnoringCase> literals;
  std::vector<std::pair<Segment, std::unique_ptr<Node>>> named;
  std::unique_ptr<Node> rest;
  std::map<std::string, Route, std::less<>> routes;  ///< by method

  Node& child(const Segment& segment) {
    if (segment.rest) return made(rest);
    if (segment.name.empty()) return made(literals[segment.before]);
    const auto length = [](const Segment& s) { return s.before.size() + s.after.size(); };
    auto at = named.begin();
    for (; at != named.end() && length(at->first) >= length(segment); ++at) {
      if (same_shape(at->first, segment)) return *at->second;
    }
    return *named.emplace(at, segment, std::make_unique<Node>())->second;
  }

  static Node& made(std::unique_ptr<Node>& place) {
    if (!place) place = std::make_unique<Node>();
    return *place;
  }

  const Route* route(std::string_view method) const {
    auto found = routes.find(method);
    if (found == routes.end() && method == "HEAD") found = routes.find("GET");
    return found == routes.end() ? nullptr : &found->second;
  }

  /// The route for `path` (what is left of it, without its first '/'); the values of its parameters
  /// go on top of `values`.
  const Route* walk(std::string_view method, std::string_view path,
                    std::vector<std::string>& values, bool& other_method) const {
    if (path.empty()) {
      if (const Route* found = route(method)) return found;
      other_method = other_method || !routes.empty();
      return nullptr;
    }
    const size_t slash = path.find('/');
    const std::string_view left =
        slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    std::string unescaped;
    std::string_view segment = path.substr(0, slash);
    if (segment.find('%') != std::string_view::npos) segment = unescaped = decoded(segment);
    if (const auto literal = literals.find(segment); literal != literals.end()) {
      if (const Route* found = literal->second->walk(method, left, values, other_method)) {
        return found;
      }
    }
    for (const auto& [shape, node] : named) {
      const auto value = value_in(shape, segment);
      if (!value) continue;
      values.emplace_back(*value);
      if (const Route* found = node->walk(method, left, values, other_method)) return found;
      values.pop_back();
    }
    if (!rest) return nullptr;
    values.push_back(decoded(path));
    if (const Route* found = rest->walk(method, {}, values, other_method)) return found;
    values.pop_back();
    return nullptr;
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(std::string_view method, std::string_view pattern, Handler handler,
                 RouteOptions options) {
  Node* node = root_.get();
  std::vector<std::string> names;
  for (const Segment& segment : parse_pattern(pattern)) {
    node = &node->child(segment);
    if (!segment.name.empty()) names.push_back(segment.name);
  }
  const auto [at, added] = node->routes.try_emplace(
      std::string(method),
      Route{std::string(pattern), std::move(names), std::move(handler), options});
  if (!added) malformed(pattern, ("is there already: " + at->second.pattern).c_str());
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  std::vector<std::string> values;
  const Route* route = root_->walk(method, path.substr(1), values, match.other_method);
  if (route == nullptr) return match;
  match.handler = &route->handler;
  match.options = &route->options;
  match.pattern = &route->pattern;
  match.other_method = false;
  for (size_t i = 0; i < values.size(); ++i) {
    match.parameters.emplace(route->names[i], std::move(values[i]));
  }
  return match;
}

}  // namespace homeport::api::http
