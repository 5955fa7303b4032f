#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "base/result.hpp"

namespace homeport::cli {

class Client;

/// A RunDto as `--json` shows it: id, experiment, number, status, why it waits, name, target,
/// script, the three moments, tags, properties.
boost::json::object run_document(const boost::json::value& run);

/// The same with error, warnings, log files, the last value of each metric and the run's page.
base::Result<boost::json::object> full_run_document(Client& client, const std::string& run_id);

/// The full document as lines for people.
std::string describe_run(const boost::json::value& document);

}  // namespace homeport::cli
