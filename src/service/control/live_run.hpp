#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/attempt.hpp"
#include "domain/run.hpp"
#include "engine/engine.hpp"
#include "service/control/waiting_list.hpp"

namespace homeport::service::control {

enum class Outcome { Completed, Failed, Canceled, Requeued };

/// How an attempt ends, decided once; it is carried out when nothing of it lives any more.
struct Ending {
  Outcome outcome = Outcome::Completed;
  std::string sentence;  ///< for the attempt's record
  std::optional<domain::RunError> error;
  std::optional<size_t> process{};  ///< whose failure it is, into Attempt::processes
  std::optional<int> exit_code{};   ///< of what decided it
  bool gentle =
      false;  ///< nothing went wrong: its processes get as long as those of a canceled run
  std::optional<std::chrono::milliseconds> grace{};  ///< how long they get, where it was said
};

/// Which of a part's processes were told to stop.
enum class Stop { None, Servers, All };

/// One node's share of an attempt, as its agent reports it.
struct Part {
  domain::NodeId node;
  std::string host_name;
  engine::AttemptPhase phase = engine::AttemptPhase::Preparing;
  bool dead = false;    ///< proven: no process of it lives
  bool silent = false;  ///< nothing is heard of it
  std::string loss;     ///< why its place is or will be lost; empty: it is not
  Stop stop = Stop::None;

  bool over() const { return dead || phase == engine::AttemptPhase::Ended; }
};

/// A claimed run: its attempt and what is known of it. Values only: events change it, decide() says
/// how it ends, and the loop makes it so.
struct LiveRun {
  SharedRun run;
  domain::RunState state = domain::RunState::Starting;
  domain::Attempt attempt;
  std::vector<Part> parts;
  bool restartable = false;  ///< a lost node sends it back to the queue
  bool cancel_asked = false;
  bool ended_elsewhere = false;  ///< the run is terminal in the ledger; only the attempt is left
  bool start_recorded = false;   ///< its row says that user code runs
  std::optional<Ending> ending;
  std::optional<base::TimePoint> running_since;  ///< steady; for the longest duration
  std::optional<base::TimePoint> stop_by;  ///< steady; what has not stopped then loses its node
  std::vector<std::string> log_tails;      ///< per process of the attempt
  std::set<size_t> out_of_memory;          ///< processes that failed when their node had none left
  std::string preparation_error;
  std::string preparation_log_tail;
  std::string preparation_code;                ///< AttemptReport::error_code
  std::optional<int> preparation_exit_code{};  ///< of the run's own preparation
  std::vector<domain::RunWarning> warnings;    ///< told by the agents, not yet in the run's row

  Part* part_on(const domain::NodeId& node);
};

/// Takes in what an agent says of part `at`: repeats and late reports change nothing that a newer
/// one said.
void merge(LiveRun& live, size_t at, const engine::AttemptReport& report);

/// Decides the ending if there is reason for one and none is decided yet. `most_attempts`: a lost
/// node fails the run at the attempt of this number.
void decide(LiveRun& live, int most_attempts);

bool every_part_over(const LiveRun& live);
/// At least prepared, on every node.
bool every_part_prepared(const LiveRun& live);
bool any_process_started(const LiveRun& live);
/// Every process that was started has ended, and the ending is decided.
bool every_process_ended(const LiveRun& live);

}  // namespace homeport::service::control
