#pragma once

#include <functional>
#include <string_view>

#include "base/result.hpp"
#include "domain/run.hpp"

namespace homeport::api::azureml {

using RunPredicate = std::function<bool(const domain::Run&)>;

/// Reads the filters that clients send (a dialect of OData, its strings often without quotes):
///   (RunId eq a or RunId eq b) and (Status eq Running) and (Tags/k eq "v") and (Properties/k ne
///   null)
/// Fields: RunId, RunType, Status, Target, ParentRunId, RootRunId, Name, Tags/KEY, Properties/KEY,
/// CreatedUtc, StartTimeUtc, EndTimeUtc; operators eq, ne, gt, ge, lt, le, contains; and, or,
/// parentheses. An empty filter takes all. InvalidArgument (target "filter") says where it cannot
/// be read.
base::Result<RunPredicate> parse_run_filter(std::string_view filter);

}  // namespace homeport::api::azureml
