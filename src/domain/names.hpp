#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"

namespace homeport::domain {

// Each returns success, or InvalidArgument whose target is `field` and whose message says the rule.

/// 1 to `longest` of letters, digits, '-' and '_', whatever comes first: what the core takes as the
/// name of a workspace, a cluster, a run. The rules below are those of dialects, and narrower.
base::Result<void> check_resource_name(std::string_view name, std::string_view field,
                                       size_t longest = 64);
/// 2 to 33 of letters, digits, '-' and '_', a letter or digit first.
base::Result<void> check_workspace_name(std::string_view name, std::string_view field);
/// 2 to 16 of letters, digits and '-', a letter first, not '-' last.
base::Result<void> check_cluster_name(std::string_view name, std::string_view field);
/// 1 to 255 of letters, digits, '-' and '_', a letter or digit first.
base::Result<void> check_experiment_name(std::string_view name, std::string_view field);
/// 1 to 256 of letters, digits, '-' and '_', a letter or digit first.
base::Result<void> check_run_id(std::string_view id, std::string_view field);
/// 1 to 255 of letters, digits and '_'.
base::Result<void> check_datastore_name(std::string_view name, std::string_view field);

}  // namespace homeport::domain
