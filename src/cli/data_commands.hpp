#pragma once

#include <string>

#include "cli/context.hpp"

namespace homeport::cli {

enum class Recursive { No, Yes };

/// `data cp`: one side is "datastore:path", the other a path of this machine.
int data_copy(Context& context, const std::string& source, const std::string& target,
              Recursive recursive);

/// `data ls`: the datastores where `place` is empty, else what is in one folder of one.
int data_list(Context& context, const std::string& place);

}  // namespace homeport::cli
