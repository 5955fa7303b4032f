#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>

#include "base/text.hpp"

namespace homeport::cli {

Terminal Terminal::of_process() {
  Kind kind;
  kind.out_is_tty = ::isatty(STDOUT_FILENO) == 1;
  kind.err_is_tty = ::isatty(STDERR_FILENO) == 1;
  kind.in_is_tty = ::isatty(STDIN_FILENO) == 1;
  winsize size{};
  if (kind.err_is_tty && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    kind.columns = size.ws_col;
  }
  return Terminal(std::cout, std::cerr, kind);
}

void Terminal::write(std::string_view text) {
  clear_progress();
  out_ << text << std::flush;
}

void Terminal::line(std::string_view text) {
  clear_progress();
  out_ << text << '\n' << std::flush;
}

void Terminal::note(std::string_view text) {
  clear_progress();
  err_ << text << '\n' << std::flush;
}

void Terminal::error(const base::Error& error) {
  clear_progress();
  err_ << "homeport: " << error.message;
  const bool names_field =
      error.target.empty() || error.message.find(error.target) != std::string::npos;
  if (!names_field) {
    err_ << " (" << error.target << ")";
  }
  err_ << '\n' << std::flush;
}

void Terminal::progress(std::string_view text) {
  if (!kind_.err_is_tty) {
    return;
  }
  const auto room = static_cast<size_t>(kind_.columns > 1 ? kind_.columns - 1 : 1);
  err_ << "\r\x1b[K" << text.substr(0, room) << std::flush;
  progress_shown_ = true;
}

void Terminal::clear_progress() {
  if (progress_shown_) {
    err_ << "\r\x1b[K" << std::flush;
    progress_shown_ = false;
  }
}

bool Terminal::confirm(std::string_view question) {
  if (!kind_.in_is_tty) {
    return false;
  }
  clear_progress();
  err_ << question << " [y/N] " << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer)) {
    return false;
  }
  const std::string lower = base::to_lower(base::trim(answer));
  return lower == "y" || lower == "yes";
}

}  // namespace homeport::cli
