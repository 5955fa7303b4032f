#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/run.hpp"

namespace homeport::ledger {

enum class RunOrder { CreatedDescending, CreatedAscending };

/// Which runs of a workspace, a page at a time. Fields left empty do not restrict.
struct RunQuery {
  domain::WorkspaceId workspace_id;
  domain::ExperimentId experiment_id;
  domain::RunId parent_id;
  std::string target;
  bool include_hidden = false;
  /// Anything else, asked of each run in order. Must be quick and without side effects.
  std::function<bool(const domain::Run&)> matches;
  RunOrder order = RunOrder::CreatedDescending;  ///< equal times by id
  size_t limit = 100;
  std::string continuation;  ///< of the page before; InvalidArgument if it is none of ours
};

struct RunPage {
  std::vector<domain::Run> runs;
  std::string continuation;  ///< empty on the last page
};

}  // namespace homeport::ledger
