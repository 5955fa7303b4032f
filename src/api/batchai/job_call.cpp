#include "api/batchai/job_call.hpp"

#include "api/batchai/names.hpp"
#include "service/experiments.hpp"
#include "service/runs.hpp"

namespace homeport::api::batchai {

base::Result<domain::Experiment> experiment_of(const Call& call) {
  const std::string& name = call.parameter("experiment");
  auto found = service::get_experiment(call.context, call.workspace.id, name);
  if (found.has_error() && found.error().code == base::ErrorCode::NotFound) {
    return experiment_not_found(name);
  }
  return found;
}

base::Result<domain::Run> job_of(const Call& call) {
  HP_TRY(const domain::Experiment experiment, experiment_of(call));
  const std::string& name = call.parameter("job");
  auto found = service::find_run(call.context, call.workspace.id, experiment.name, name);
  if (found.has_error() && found.error().code == base::ErrorCode::NotFound) {
    return job_not_found(name);
  }
  HP_TRY(domain::Run job, std::move(found));
  if (job.run_type != kRunType) return job_not_found(name);
  return job;
}

}  // namespace homeport::api::batchai
