#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace homeport::shares {

enum class TrailingDots { Drop, Keep };

/// A path of a share as a client names it, with single slashes between its parts and none around
/// them. TrailingDots::Drop: "a." means "a", as the service takes it unless told otherwise.
/// InvalidArgument "InvalidResourceName" where a part is empty, "." or "..", not UTF-8, longer than
/// 255 bytes or holds a control character, "InvalidUri" over 2,048 characters.
base::Result<std::string> parse_path(std::string_view text, TrailingDots dots);

/// Whether a new entry may have this name: no  " \ : | < > * ?  in it, which other systems cannot
/// have. Programs that write to a mount may make others; those are shown and can be read.
bool is_name_for_all_systems(std::string_view name);

/// The name in the form in which names are compared: without case.
std::string fold_case(std::string_view name);

}  // namespace homeport::shares
