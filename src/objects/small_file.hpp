#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace homeport::objects {

/// Small files of our own beside the trees: whole or not at all, whatever happens.

/// NotFound where there is none.
base::Result<std::string> read_small_file(int root, const std::string& path);

/// Replaces or makes `path` below `root`, with its parents, by way of ACCOUNT/pending/. Durable
/// when it returns.
base::Result<void> write_small_file(int root, const std::string& account, const std::string& path,
                                    std::string_view text);

}  // namespace homeport::objects
