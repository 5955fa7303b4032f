#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::objects {

/// 3 to 24 lower-case letters and digits; of its shares (shares.hpp), with kShareSuffix.
bool is_account_name(std::string_view name);
/// 3 to 63 lower-case letters, digits and single hyphens inside, or "$root", "$web", "$logs".
bool is_container_name(std::string_view name);
/// UTF-8 of 1 to 1,024 characters.
bool is_object_name(std::string_view name);
/// "2023-11-14T22:13:20.0000000Z": the time of a snapshot, which is its name.
bool is_snapshot_id(std::string_view text);

/// InvalidArgument "InvalidResourceName" naming the part that is wrong.
base::Result<void> check(const ContainerName& name);
base::Result<void> check(const ObjectName& name);

/// Whether `name` can be a relative path of a file as it stands: every segment has 1 to 255 bytes
/// and is not "." or "..", no NUL, and the whole is short enough for the kernel.
bool is_plain_path(std::string_view name);

/// "a/b/c" is {"a/b", "c"}; "c" is {"", "c"}.
struct SplitPath {
  std::string parent;
  std::string leaf;
};
SplitPath split_path(std::string_view path);

/// Lower-case hex of the name's SHA-256: how a name that may be no path is filed.
std::string name_hash(std::string_view name);

}  // namespace homeport::objects
