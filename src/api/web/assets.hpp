#pragma once

#include <string_view>

namespace homeport::api::web {

/// The files of assets/, as they were at build time.
std::string_view page_style();
std::string_view page_script();

}  // namespace homeport::api::web
