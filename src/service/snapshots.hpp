#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "base/file.hpp"
#include "domain/snapshot.hpp"
#include "service/context.hpp"

namespace homeport::service {

/// Names of the files in a zip. InvalidArgument if it is none, if it is larger than `limit_bytes`
/// unpacked, or if a name would leave the folder (absolute, "..").
base::Result<std::set<std::string>> zip_file_names(const base::FileDescriptor& zip,
                                                   uint64_t limit_bytes);

/// Keeps a project zip under DATA/snapshots; its row is written by the caller's transaction.
/// `id` empty: a new one. The bytes are durable when this returns.
base::Result<domain::ProjectSnapshot> keep_snapshot(const Context& context,
                                                    const domain::WorkspaceId& workspace,
                                                    const domain::SnapshotId& id,
                                                    const base::FileDescriptor& zip);

/// Takes back the bytes of a snapshot whose row was never written.
void drop_snapshot(const Context& context, const domain::ProjectSnapshot& snapshot);

/// NotFound/SnapshotNotFound where there is none.
base::Result<domain::ProjectSnapshot> get_snapshot(const Context& context,
                                                   const domain::WorkspaceId& workspace,
                                                   const domain::SnapshotId& id);

}  // namespace homeport::service
