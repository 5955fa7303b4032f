#pragma once

#include <optional>
#include <string>

#include "api/http/message.hpp"
#include "api/storage/blob/lease_conditions.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::api::storage::blob {

/// The conditional headers of a request, the lease that it names among them.
struct Conditions {
  std::string if_match{};
  std::string if_none_match{};
  std::optional<base::TimePoint> if_modified_since{};
  std::optional<base::TimePoint> if_unmodified_since{};
  std::string lease_id{};
  LeaseNeed lease_need = LeaseNeed::Required;
  base::TimePoint now{};
};

/// InvalidArgument "InvalidHeaderValue" for a date that is none.
base::Result<Conditions> parse_conditions(const http::Request& request, base::TimePoint now);

/// The conditions that a copy puts on its source (x-ms-source-if-…): PreconditionFailed
/// "SourceConditionNotMet".
base::Result<void> check_source(const http::Request& request, const std::string& etag,
                                base::TimePoint modified);

/// For a write over `current` (null: nothing is there): PreconditionFailed "ConditionNotMet", or
/// AlreadyExists "BlobAlreadyExists" for If-None-Match: *; or what check_lease says.
base::Result<void> check_write(const Conditions& conditions, const objects::ObjectInfo* current);

/// The same for an operation on a container.
base::Result<void> check_container(const Conditions& conditions,
                                   const objects::ContainerInfo& current);

enum class ReadVerdict { Send, NotModified };
/// For a read: what to do, or PreconditionFailed "ConditionNotMet", or what check_lease says.
base::Result<ReadVerdict> check_read(const Conditions& conditions,
                                     const objects::ObjectInfo& current);

}  // namespace homeport::api::storage::blob
