#include "cli/context.hpp"

#include "base/text.hpp"
#include "cli/places.hpp"

namespace homeport::cli {
namespace {

constexpr std::chrono::seconds kDefaultPatience = std::chrono::minutes(10);

}  // namespace

base::Result<Client> connect(Context& context) {
  HP_TRY(ServerAddress address, locate_server(context.options, context.working_directory));
  return Client(context.transport, std::move(address));
}

Patience patience_of(Context& context, const Interrupts& interrupts) {
  Patience patience;
  const auto wished = base::parse_integer(environment_variable("HOMEPORT_RETRY_SECONDS"));
  patience.total = wished ? std::chrono::seconds(*wished) : kDefaultPatience;
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
