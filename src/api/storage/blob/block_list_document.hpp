#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::api::storage::blob {

/// The body of Put Block List. InvalidArgument "InvalidXmlDocument" for what is none,
/// "BlockListTooLong" over 50,000 entries, "InvalidBlockId" for an id that is not base64.
base::Result<std::vector<objects::BlockChoice>> parse_block_list(std::string_view text);

}  // namespace homeport::api::storage::blob
