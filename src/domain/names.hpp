#pragma once

#include <string_view>

#include "base/result.hpp"

namespace homeport::domain {

/// Each returns success, or InvalidArgument whose target is `field` and whose message says the
/// rule. 2 to 33 of letters, digits, '-' and '_', a letter or digit first.
base::Result<void> check_workspace_name(std::string_view name, std::string_view field);
/// 2 to 16 of letters, digits and '-', a letter first, not '-' last (AmlCompute's rule; Batch AI's
/// own longer names pass through check_batch_name when that dialect comes).
base::Result<void> check_cluster_name(std::string_view name, std::string_view field);
/// 1 to 255 of letters, digits, '-' and '_', a letter or digit first.
base::Result<void> check_experiment_name(std::string_view name, std::string_view field);
/// 1 to 256 of letters, digits, '-' and '_', a letter or digit first.
base::Result<void> check_run_id(std::string_view id, std::string_view field);
/// 1 to 255 of letters, digits and '_'.
base::Result<void> check_datastore_name(std::string_view name, std::string_view field);

}  // namespace homeport::domain
