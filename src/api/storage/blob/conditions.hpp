#pragma once

#include <optional>
#include <string>

#include "api/http/message.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::api::storage::blob {

/// The conditional headers of a request.
struct Conditions {
  std::string if_match{};
  std::string if_none_match{};
  std::optional<base::TimePoint> if_modified_since{};
  std::optional<base::TimePoint> if_unmodified_since{};
};

/// InvalidArgument "InvalidHeaderValue" for a date that is none.
base::Result<Conditions> parse_conditions(const http::Request& request);

/// For a write over `current` (null: nothing is there): PreconditionFailed "ConditionNotMet", or
/// AlreadyExists "BlobAlreadyExists" for If-None-Match: *.
base::Result<void> check_write(const Conditions& conditions, const objects::ObjectInfo* current);

enum class ReadVerdict { Send, NotModified };
/// For a read: what to do, or PreconditionFailed "ConditionNotMet".
base::Result<ReadVerdict> check_read(const Conditions& conditions,
                                     const objects::ObjectInfo& current);

}  // namespace homeport::api::storage::blob
