#pragma once

#include "api/batchai/resource.hpp"
#include "domain/experiment.hpp"
#include "domain/run.hpp"

namespace homeport::api::batchai {

/// The experiment in a request's path. NotFound/ExperimentNotFound.
base::Result<domain::Experiment> experiment_of(const Call& call);

/// The job in a request's path. NotFound/ExperimentNotFound, NotFound/JobNotFound.
base::Result<domain::Run> job_of(const Call& call);

}  // namespace homeport::api::batchai
