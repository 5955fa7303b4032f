#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace homeport::cli {

/// Which files of a project stay at home: the syntax of gitignore(5). Later lines win, '!' takes
/// back, a folder that is left out takes everything below it along.
class IgnoreRules {
 public:
  IgnoreRules() = default;
  /// Every line of an .amlignore or .gitignore; none is an error.
  static IgnoreRules parse(std::string_view text);

  /// Adds one line at the end.
  void add(std::string_view line);

  enum class Kind { File, Folder };
  /// `path` is relative with '/' between its parts. The caller walks from the top and does not
  /// enter a folder that is ignored.
  bool ignores(std::string_view path, Kind kind) const;

 private:
  struct Rule {
    std::string pattern;
    bool negated = false;
    bool folders_only = false;
    bool anchored = false;  ///< matches from the top, not any last part
  };
  std::vector<Rule> rules_;
};

/// Shell pattern as git reads it: '*' and '?' stop at '/', '**' does not, [a-z] and [!a-z].
bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace homeport::cli
