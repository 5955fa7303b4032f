#include "cli/context.hpp"

namespace homeport::cli {

base::Result<Client> connect(Context& context) {
  HP_TRY(ServerAddress address, locate_server(context.options, context.working_directory));
  return Client(context.transport, std::move(address));
}

Patience patience_of(Context& context, const Interrupts& interrupts) {
  Patience patience;
  patience.total = std::chrono::minutes(10);
  patience.pause = [&interrupts](std::chrono::milliseconds pause) {
    return !interrupts.wait(pause, interrupts.count());
  };
  patience.say = [&context](const std::string& text) { context.terminal.note(text); };
  return patience;
}

int report(Context& context, const base::Error& error) {
  context.terminal.error(error);
  return to_int(exit_code_of(error));
}

}  // namespace homeport::cli
