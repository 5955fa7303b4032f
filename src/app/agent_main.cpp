#include <unistd.h>

#include <cstdio>
#include <string>

#include "agent/agent.hpp"
#include "agent/door_client.hpp"
#include "agent/drain.hpp"
#include "base/file.hpp"
#include "engine/door.hpp"
#include "engine/protocol.hpp"

namespace homeport {
namespace {

/// One line on standard error, which is the node's agent.log.
int give_up(const base::Error& error) {
  std::fprintf(stderr, "homeport-agent: %s\n", error.message.c_str());
  return 1;
}

base::Result<engine::AgentConfig> read_config(const std::string& file) {
  HP_TRY(const std::string text, base::read_file(file));
  return engine::decode_agent_config(text);
}

base::Result<std::unique_ptr<agent::Agent>> make_agent(engine::AgentConfig config) {
  HP_TRY(auto journal, agent::create_journal_file(config.node_directory + "/journal"));
  HP_TRY(auto sandbox, agent::NodeSandbox::enter(config));
  return agent::Agent::create(std::move(config), std::move(sandbox), std::move(journal));
}

}  // namespace
}  // namespace homeport

int main(int argc, char** argv) {
  const std::string called = argc > 0 ? argv[0] : "";
  if (called.substr(called.rfind('/') + 1) == homeport::engine::kStartProgram) {
    return homeport::agent::run_door_client({argv + 1, argv + argc});
  }
  if (argc != 2) {
    std::fputs("usage: homeport-agent CONFIG (started by the server, not by hand)\n", stderr);
    return 2;
  }
  auto config = homeport::read_config(argv[1]);
  if (config.has_error()) return homeport::give_up(config.error());
  if (!config.value().drain_to.empty()) {
    const auto drained = homeport::agent::drain(config.value());
    return drained.has_error() ? homeport::give_up(drained.error()) : 0;
  }
  const auto agent = homeport::make_agent(std::move(config.value()));
  if (agent.has_error()) return homeport::give_up(agent.error());
  agent.value()->run();
  return 0;
}
