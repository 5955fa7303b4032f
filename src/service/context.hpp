#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "ledger/ledger.hpp"
#include "security/tokens.hpp"
#include "service/control_signals.hpp"

namespace homeport::objects {
class ObjectStore;
}

namespace homeport::service {

/// What every use case works with. References live as long as the server; all parts are safe from
/// any thread.
struct Context {
  ledger::Ledger& ledger;
  objects::ObjectStore& objects;
  const base::Clock& clock;
  const security::Keyring& keyring;
  ControlSignals& control;
  std::filesystem::path data_directory;
  int node_capacity;  ///< of the engine
  int gpus;           ///< of this machine
};

}  // namespace homeport::service
