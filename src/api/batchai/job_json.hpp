#pragma once

#include <boost/json/object.hpp>

#include "domain/run.hpp"
#include "domain/workspace.hpp"

namespace homeport::api::batchai {

/// A Job as the service showed it: its parameters with defaults filled in and without secrets, and
/// what became of it.
boost::json::object job_json(const domain::Workspace& workspace, const domain::Run& job);

}  // namespace homeport::api::batchai
