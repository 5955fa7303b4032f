#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace homeport::cli {

class Client;
class Terminal;

/// Completed, Failed or Canceled, as the run history writes a status.
bool is_terminal_status(const std::string& status);

struct RunFilter {
  std::string experiment;  ///< "" for all
  std::string state;       ///< a status of the run history, "" for all
  int limit = 50;          ///< newest first
};

/// RunDtos of the workspace, newest first. NotFound for an unknown experiment.
base::Result<std::vector<boost::json::value>> list_runs(Client& client, const RunFilter& filter);

/// The RunDto. NotFound where there is none.
base::Result<boost::json::value> get_run(Client& client, const std::string& run_id);

/// RunDetailsDto: status, warnings, error, logFiles.
base::Result<boost::json::value> get_run_details(Client& client, const std::string& run_id);

/// Homeport.Compute's answer to why the run is where it is: state, reason, predictedStart.
base::Result<boost::json::value> get_run_why(Client& client, const std::string& run_id);

/// Asks for the end of the run; it ends a little later. NotFound where there is none.
base::Result<void> cancel_run(Client& client, const std::string& run_id);

/// Cancels whatever has not ended in every workspace, waits until it has. DeadlineExceeded if
/// something does not end.
base::Result<int> cancel_all_runs(Client& client, Terminal& terminal);

}  // namespace homeport::cli
