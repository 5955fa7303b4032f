#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace homeport::cli {

/// What is wrong with a command line, in one line for people: a word that no command knows is named
/// first, with the one that was probably meant, for it is the cause where something else seems to
/// be missing. `app` has just thrown `problem`.
std::string usage_error(const CLI::App& app, const CLI::ParseError& problem);

}  // namespace homeport::cli
