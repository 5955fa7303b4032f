#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "domain/experiment.hpp"
#include "domain/run.hpp"
#include "service/runs.hpp"

/// Runs and experiments as run history's clients read and write them.
namespace homeport::api::azureml {

/// A RunDto; `waits` is why it waits, if it does.
boost::json::object run_json(const domain::Run& run, const std::optional<std::string>& waits);

/// A RunDetailsDto without its logFiles.
boost::json::object run_details_json(const domain::Run& run);

boost::json::object experiment_json(const domain::Experiment& experiment);

/// The body of PATCH run (CreateRunDto).
base::Result<service::RunChange> parse_run_change(const boost::json::object& body);

}  // namespace homeport::api::azureml
