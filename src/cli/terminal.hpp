#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace homeport::cli {

/// Where a command speaks: results to `out`, everything else (notes, progress, errors) to `err`, so
/// that a pipe carries results only. One thread at a time, except note(), which several may call.
class Terminal {
 public:
  struct Kind {
    bool out_is_tty = false;
    bool err_is_tty = false;
    bool in_is_tty = false;
    int columns = 80;
  };

  Terminal(std::ostream& out, std::ostream& err, Kind kind) : out_(out), err_(err), kind_(kind) {}

  /// Standard output and error of this process.
  static Terminal of_process();

  const Kind& kind() const { return kind_; }

  /// Result text as it is; no line end is added.
  void write(std::string_view text);
  void line(std::string_view text);
  /// A line for the person who waits; goes to `err`, and clears a progress line first.
  void note(std::string_view text);
  /// "homeport: message", and the field it is about.
  void error(const base::Error& error);

  /// Replaces the progress line. Nothing happens where `err` is not a terminal.
  void progress(std::string_view text);
  void clear_progress();

  /// Asks a yes/no question; false where nobody can answer (input is no terminal) or on any answer
  /// but y or yes.
  bool confirm(std::string_view question);

 private:
  std::ostream& out_;
  std::ostream& err_;
  Kind kind_;
  bool progress_shown_ = false;
};

}  // namespace homeport::cli
