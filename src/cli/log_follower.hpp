#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <map>
#include <string>

#include "base/result.hpp"

namespace homeport::cli {

class Client;
class Interrupts;
class Terminal;

/// Prints a run's logs as they grow, each byte once and in order: what is new is asked for by
/// range. Of several logs each stretch stands under the log's name, as tail(1) does it.
class LogFollower {
 public:
  enum class Print { Everything, Nothing };

  /// `only` names the one log to print; "" for all.
  LogFollower(Client& client, Terminal& terminal, std::string run_id, std::string only,
              Print print = Print::Everything)
      : client_(client),
        terminal_(terminal),
        run_id_(std::move(run_id)),
        only_(std::move(only)),
        print_(print) {}

  /// Prints what the logs hold now; the run's details. NotFound if there is no log named `only`.
  base::Result<boost::json::value> print_once();

  /// Prints until the run has ended and its last byte is out; the last details. Cancelled when
  /// `interrupts` has counted one; what was printed stays. While the run waits, a terminal shows
  /// why.
  base::Result<boost::json::value> follow(const Interrupts& interrupts);

 private:
  base::Result<void> look_again();
  /// Whether something new was printed.
  base::Result<bool> print_new();
  base::Result<bool> print_new_of(const std::string& name, const std::string& url);
  void emit(const std::string& name, const std::string& bytes);
  void show_progress();

  Client& client_;
  Terminal& terminal_;
  std::string run_id_;
  std::string only_;
  Print print_;
  boost::json::value details_;
  std::map<std::string, size_t> offsets_;  ///< bytes printed, by log
  std::string current_;                    ///< whose stretch is on the screen
  bool at_line_start_ = true;
  std::chrono::steady_clock::time_point progress_at_{};
};

}  // namespace homeport::cli
