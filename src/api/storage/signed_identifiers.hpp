#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::api::storage {

/// The body of Set Container ACL and Set Share ACL. InvalidArgument "InvalidXmlDocument" for what
/// is none, for more than five policies, or two of one id.
base::Result<std::vector<objects::StoredPolicy>> parse_signed_identifiers(std::string_view text);

/// The body of Get Container ACL and Get Share ACL.
std::string render_signed_identifiers(const std::vector<objects::StoredPolicy>& policies);

}  // namespace homeport::api::storage
