#pragma once

#include <filesystem>
#include <memory>

#include "api/arm/homeport_access.hpp"
#include "api/gateway/gateway.hpp"
#include "app/serve.hpp"
#include "app/storage_keys.hpp"
#include "security/certificates.hpp"
#include "service/context.hpp"

namespace homeport::app {

/// The gateway as `homeport up` was told, going out through the proxy that this process's own
/// environment names. `context` and `keys` outlive it. InvalidArgument for a network that is none.
base::Result<std::unique_ptr<api::gateway::Gateway>> make_gateway(const ServeOptions& options,
                                                                  const service::Context& context,
                                                                  const StorageKeys& keys);

/// Writes the bundle that runs trust (the system's authorities, or those that this process's own
/// environment names, and ours) into `folder`, for all to read. Its path.
base::Result<std::filesystem::path> write_run_bundle(
    const std::filesystem::path& folder, const security::CertificateAuthority& authority);

/// What a program must know to come through it.
api::arm::GatewayFacts facts_of(const api::gateway::Gateway& gateway,
                                const security::CertificateAuthority& authority);

}  // namespace homeport::app
