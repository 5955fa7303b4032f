#include "api/azureml/run_filter.hpp"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "api/azureml/names.hpp"
#include "base/text.hpp"

namespace homeport::api::azureml {
namespace {

/// nullopt: null.
using Value = std::optional<std::string>;
/// nullopt: the run has no such tag or property at all, and every comparison with it is false. So
/// clients ask for a key: "(Tags/k ne null or Tags/k eq null)".
using Cell = std::optional<Value>;
using Field = std::function<Cell(const domain::Run&)>;

struct Token {
  std::string text;
  bool quoted = false;
  bool is(std::string_view word) const { return !quoted && base::equals_ignoring_case(text, word); }
};

std::vector<Token> tokens_of(std::string_view filter) {
  std::vector<Token> tokens;
  for (size_t at = 0; at < filter.size();) {
    const char c = filter[at];
    if (c == ' ' || c == '\t' || c == ',') {
      ++at;
    } else if (c == '(' || c == ')') {
      tokens.push_back({std::string(1, c)});
      ++at;
    } else if (c == '"' || c == '\'') {
      const size_t end = std::min(filter.find(c, at + 1), filter.size());
      tokens.push_back({std::string(filter.substr(at + 1, end - at - 1)), true});
      at = end + 1;
    } else {
      const size_t end = std::min(filter.find_first_of(" \t()\",", at), filter.size());
      tokens.push_back({std::string(filter.substr(at, end - at))});
      at = end;
    }
  }
  return tokens;
}

Value time_value(const std::optional<base::TimePoint>& time) {
  return time ? Value(base::to_iso8601(*time)) : std::nullopt;
}

Value text_value(const std::string& text) {
  return text.empty() ? Value() : Value(text);
}

Cell entry(const std::map<std::string, std::string>& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? Cell() : Cell(text_value(found->second));
}

std::optional<Field> field_of(const std::string& name) {
  const std::string lower = base::to_lower(name);
  if (lower.starts_with("tags/")) {
    return [key = name.substr(5)](const domain::Run& run) { return entry(run.tags, key); };
  }
  if (lower.starts_with("properties/")) {
    return [key = name.substr(11)](const domain::Run& run) { return entry(run.properties, key); };
  }
  static const std::map<std::string, Field> kFields{
      {"runid", [](const domain::Run& run) { return Value(run.id.text()); }},
      {"runtype", [](const domain::Run& run) { return text_value(run.run_type); }},
      {"status", [](const domain::Run& run) { return Value(status_name(run.state)); }},
      {"target", [](const domain::Run& run) { return text_value(run.target); }},
      {"parentrunid", [](const domain::Run& run) { return text_value(run.parent_id.text()); }},
      {"rootrunid", [](const domain::Run& run) { return text_value(run.root_id.text()); }},
      {"name", [](const domain::Run& run) { return text_value(run.display_name); }},
      {"createdutc", [](const domain::Run& run) { return time_value(run.created_at); }},
      {"starttimeutc", [](const domain::Run& run) { return time_value(run.started_at); }},
      {"endtimeutc", [](const domain::Run& run) { return time_value(run.ended_at); }}};
  const auto found = kFields.find(lower);
  return found == kFields.end() ? std::nullopt : std::optional(found->second);
}

/// Times are compared as we write them, whatever form the client chose.
std::string comparable(const std::string& text) {
  const auto time = base::parse_iso8601(text);
  return time.has_value() ? base::to_iso8601(time.value()) : text;
}

/// `holds` is asked of a value that is there; a null satisfies only what `null_holds` says.
template <typename Holds>
RunPredicate predicate(const Field& field, bool null_holds, Holds holds) {
  return [field, null_holds, holds](const domain::Run& run) {
    const Cell cell = field(run);
    if (!cell) return false;
    return *cell ? holds(**cell) : null_holds;
  };
}

std::optional<RunPredicate> comparison(const Field& field, const Token& sign,
                                       const Token& literal) {
  if (literal.is("null")) {
    if (sign.is("eq")) return predicate(field, true, [](const auto&) { return false; });
    if (sign.is("ne")) return predicate(field, false, [](const auto&) { return true; });
    return std::nullopt;
  }
  const std::string b = comparable(literal.text);
  if (sign.is("eq")) return predicate(field, false, [b](const auto& a) { return a == b; });
  if (sign.is("ne")) return predicate(field, true, [b](const auto& a) { return a != b; });
  if (sign.is("gt")) return predicate(field, false, [b](const auto& a) { return a > b; });
  if (sign.is("ge")) return predicate(field, false, [b](const auto& a) { return a >= b; });
  if (sign.is("lt")) return predicate(field, false, [b](const auto& a) { return a < b; });
  if (sign.is("le")) return predicate(field, false, [b](const auto& a) { return a <= b; });
  if (sign.is("contains")) {
    return predicate(field, false, [b](const auto& a) { return a.find(b) != std::string::npos; });
  }
  return std::nullopt;
}

/// filter := term {"or" term};  term := factor {"and" factor};  factor := "(" filter ")" | field
/// sign literal
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  base::Result<RunPredicate> whole() {
    HP_TRY(RunPredicate predicate, any_of(0));
    if (at_ != tokens_.size()) return bad(tokens_[at_].text);
    return predicate;
  }

 private:
  static constexpr int kMaxDepth = 64;

  static base::Error bad(const std::string& near) {
    return base::invalid_argument("filter",
                                  fmt::format("the filter cannot be read near '{}'", near));
  }

  bool take(std::string_view word) {
    if (at_ >= tokens_.size() || !tokens_[at_].is(word)) return false;
    ++at_;
    return true;
  }

  base::Result<RunPredicate> any_of(int depth) {
    HP_TRY(RunPredicate left, all_of(depth));
    while (take("or")) {
      HP_TRY(RunPredicate right, all_of(depth));
      left = [a = std::move(left), b = std::move(right)](const domain::Run& run) {
        return a(run) || b(run);
      };
    }
    return left;
  }

  base::Result<RunPredicate> all_of(int depth) {
    HP_TRY(RunPredicate left, one(depth));
    while (take("and")) {
      HP_TRY(RunPredicate right, one(depth));
      left = [a = std::move(left), b = std::move(right)](const domain::Run& run) {
        return a(run) && b(run);
      };
    }
    return left;
  }

  base::Result<RunPredicate> one(int depth) {
    if (depth > kMaxDepth) return bad("(");
    if (take("(")) {
      HP_TRY(RunPredicate inner, any_of(depth + 1));
      if (!take(")")) return bad("end");
      return inner;
    }
    if (at_ + 3 > tokens_.size()) return bad("end");
    const std::optional<Field> field = field_of(tokens_[at_].text);
    if (!field) return bad(tokens_[at_].text);
    std::optional<RunPredicate> predicate = comparison(*field, tokens_[at_ + 1], tokens_[at_ + 2]);
    if (!predicate) return bad(tokens_[at_ + 1].text);
    at_ += 3;
    return *predicate;
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
};

}  // namespace

base::Result<RunPredicate> parse_run_filter(std::string_view filter) {
  std::vector<Token> tokens = tokens_of(filter);
  if (tokens.empty()) return RunPredicate([](const domain::Run&) { return true; });
  return Parser(std::move(tokens)).whole();
}

}  // namespace homeport::api::azureml
