#pragma once

#include <vector>

#include "api/http/figure.hpp"

namespace homeport::api::monitoring {

/// This process as the kernel sees it, under the names that every Prometheus client library gives:
/// process_resident_memory_bytes, process_open_fds, process_cpu_seconds_total and so on. What
/// cannot be read is left out.
std::vector<http::Figure> process_figures();

}  // namespace homeport::api::monitoring
