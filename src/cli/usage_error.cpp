#include "cli/usage_error.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <vector>

namespace homeport::cli {
namespace {

/// The command that was read last: "homeport", "run", "submit".
const CLI::App& innermost(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : innermost(*chosen.back());
}

/// "homeport run submit".
std::string path_of(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name()
                                     : path_of(*app.get_parent()) + " " + app.get_name();
}

/// Levenshtein's: how many letters to change, add or leave out, two exchanged ones counting as one.
size_t distance(const std::string& from, const std::string& to) {
  std::vector<std::vector<size_t>> table(from.size() + 1, std::vector<size_t>(to.size() + 1));
  for (size_t i = 0; i <= from.size(); ++i) {
    for (size_t j = 0; j <= to.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = i + j;
        continue;
      }
      const size_t change = table[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, change});
      const bool are_exchanged =
          i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (are_exchanged) table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
    }
  }
  return table.back().back();
}

/// The nearest of `known`, if it is near enough to be what was meant; "" otherwise.
std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  size_t least = word.size() / 3 + 1;
  for (const std::string& candidate : known) {
    const size_t far = distance(word, candidate);
    if (far <= least && (best.empty() || far < least)) {
      best = candidate;
      least = far;
    }
  }
  return best;
}

void add_options(const CLI::App& app, std::vector<std::string>& known) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  if (app.get_parent() != nullptr) add_options(*app.get_parent(), known);
}

std::string about_word(const CLI::App& command, const std::string& word) {
  std::vector<std::string> known;
  const bool is_option = word.front() == '-';
  if (is_option) {
    add_options(command, known);
  } else {
    for (const CLI::App* each : command.get_subcommands([](const CLI::App*) { return true; })) {
      known.push_back(each->get_name());
    }
  }
  if (!is_option && known.empty()) return path_of(command) + " does not take '" + word + "'";
  const std::string meant = nearest(word.substr(0, word.find('=')), known);
  return (is_option ? "there is no option " : "there is no command ") + path_of(command) + " " +
         word + (meant.empty() ? "" : "; did you mean " + meant + "?");
}

}  // namespace

std::string usage_error(const CLI::App& app, const CLI::ParseError& problem) {
  const CLI::App& command = innermost(app);
  const std::vector<std::string> unknown = app.remaining(true);
  // Where a command is wanted its name is the cause; elsewhere a word too many follows from an
  // option that nobody knows.
  const bool wants_command = !command.get_subcommands([](const CLI::App*) { return true; }).empty();
  auto cause = std::find_if(unknown.begin(), unknown.end(), [&](const std::string& word) {
    return word.starts_with('-') != wants_command;
  });
  if (cause == unknown.end()) cause = unknown.begin();
  const std::string text =
      cause == unknown.end() || cause->empty() ? problem.what() : about_word(command, *cause);
  return text + "\nRun `" + path_of(command) + " --help` for more.";
}

}  // namespace homeport::cli
