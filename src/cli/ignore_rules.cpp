#include "cli/ignore_rules.hpp"

#include "base/text.hpp"

namespace homeport::cli {
namespace {

/// Whether `c` is in the class that begins behind the '[' of `pattern`; moves `pattern` behind its
/// ']'. A class without an end matches nothing.
bool take_class(std::string_view& pattern, char c) {
  const bool inverted = !pattern.empty() && (pattern.front() == '!' || pattern.front() == '^');
  if (inverted) {
    pattern.remove_prefix(1);
  }
  bool found = false;
  for (bool first = true; !pattern.empty(); first = false) {
    if (pattern.front() == ']' && !first) {
      pattern.remove_prefix(1);
      return found != inverted && c != '/';
    }
    const bool is_range = pattern.size() > 2 && pattern[1] == '-' && pattern[2] != ']';
    const char last = is_range ? pattern[2] : pattern.front();
    found = found || (pattern.front() <= c && c <= last);
    pattern.remove_prefix(is_range ? 3 : 1);
  }
  return false;
}

bool matches_stars(std::string_view pattern, std::string_view text) {
  const bool crosses = pattern.starts_with("**");
  while (pattern.starts_with('*')) {
    pattern.remove_prefix(1);
  }
  // "**/" also stands for no folder at all.
  if (crosses && pattern.starts_with('/') && matches_pattern(pattern.substr(1), text)) {
    return true;
  }
  for (size_t i = 0; i <= text.size(); ++i) {
    if (matches_pattern(pattern, text.substr(i))) {
      return true;
    }
    if (i < text.size() && text[i] == '/' && !crosses) {
      return false;
    }
  }
  return false;
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  while (!pattern.empty()) {
    const char p = pattern.front();
    if (p == '*') {
      return matches_stars(pattern, text);
    }
    if (text.empty()) {
      return false;
    }
    pattern.remove_prefix(1);
    if (p == '[') {
      if (!take_class(pattern, text.front())) {
        return false;
      }
    } else if (p == '?') {
      if (text.front() == '/') {
        return false;
      }
    } else {
      const bool escaped = p == '\\' && !pattern.empty();
      if ((escaped ? pattern.front() : p) != text.front()) {
        return false;
      }
      pattern.remove_prefix(escaped ? 1 : 0);
    }
    text.remove_prefix(1);
  }
  return text.empty();
}

IgnoreRules IgnoreRules::parse(std::string_view text) {
  IgnoreRules rules;
  for (const std::string& line : base::split(text, '\n')) {
    rules.add(line);
  }
  return rules;
}

void IgnoreRules::add(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) {
    line.remove_suffix(1);
  }
  while (line.ends_with(' ') && !line.ends_with("\\ ")) {
    line.remove_suffix(1);
  }
  if (line.empty() || line.front() == '#') {
    return;
  }
  Rule rule;
  if (line.front() == '!') {
    rule.negated = true;
    line.remove_prefix(1);
  }
  if (line.ends_with('/')) {
    rule.folders_only = true;
    line.remove_suffix(1);
  }
  rule.anchored = line.find('/') != std::string_view::npos;
  if (line.starts_with('/')) {
    line.remove_prefix(1);
  }
  if (!line.empty()) {
    rule.pattern = std::string(line);
    rules_.push_back(std::move(rule));
  }
}

bool IgnoreRules::ignores(std::string_view path, Kind kind) const {
  const size_t slash = path.rfind('/');
  const std::string_view last = slash == std::string_view::npos ? path : path.substr(slash + 1);
  bool ignored = false;
  for (const Rule& rule : rules_) {
    const bool applies = !rule.folders_only || kind == Kind::Folder;
    if (applies && matches_pattern(rule.pattern, rule.anchored ? path : last)) {
      ignored = !rule.negated;
    }
  }
  return ignored;
}

}  // namespace homeport::cli
