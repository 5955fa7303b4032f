#pragma once

#include <boost/json/object.hpp>
#include <filesystem>

#include "base/result.hpp"
#include "cli/client.hpp"

namespace homeport::cli {

/// What programs for Batch AI keep in their configuration.json: how to sign in here, where the
/// client's workspace is, and its storage account with its key. Its `base_url` is the published
/// one, which `homeport exec` leads here.
base::Result<boost::json::object> batchai_configuration(Client& client);

/// Writes it, whole or not at all, for this person alone (0600).
base::Result<void> write_batchai_configuration(Client& client, const std::filesystem::path& file);

}  // namespace homeport::cli
