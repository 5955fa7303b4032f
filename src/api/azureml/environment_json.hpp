#pragma once

#include <boost/json/object.hpp>

#include "base/result.hpp"
#include "domain/run_spec.hpp"

namespace homeport::api::azureml {

/// Reads the `environment` of a run definition: python (with conda dependencies as conda writes
/// them), docker, environmentVariables. InvalidArgument names the field.
base::Result<domain::EnvironmentSpec> parse_environment(const boost::json::object& environment);

}  // namespace homeport::api::azureml
