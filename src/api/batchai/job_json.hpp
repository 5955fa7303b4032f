#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "base/clock.hpp"
#include "domain/run.hpp"
#include "domain/workspace.hpp"

namespace homeport::api::batchai {

/// A Job as the service showed it: its parameters with defaults filled in and without secrets, and
/// what became of it. `claimed_at`: when it got its nodes last; none if it did not.
boost::json::object job_json(const domain::Workspace& workspace, const domain::Run& job,
                             std::optional<base::TimePoint> claimed_at);

}  // namespace homeport::api::batchai
