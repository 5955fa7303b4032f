#pragma once

#include <string>

#include "api/web/run_view.hpp"

namespace homeport::api::web {

/// The page of a run, whole. While the run has not ended the page keeps itself current.
std::string render_run_page(const RunView& run);

}  // namespace homeport::api::web
