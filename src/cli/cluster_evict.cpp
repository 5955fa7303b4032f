#include <boost/json.hpp>
#include <chrono>

#include "cli/cluster_commands.hpp"
#include "cli/cluster_service.hpp"
#include "cli/interrupts.hpp"
#include "cli/json.hpp"

namespace homeport::cli {
namespace {

namespace json = boost::json;

constexpr auto kPoll = std::chrono::milliseconds(200);
constexpr auto kSlack = std::chrono::minutes(1);  // after the grace: the node's own end

base::Result<bool> is_there(Client& client, const Eviction& eviction, const std::string& id) {
  HP_TRY(const auto nodes, list_nodes(client, eviction.cluster));
  for (const json::value& node : nodes) {
    if (text_at(node, "/nodeId") == id) return true;
  }
  return false;
}

base::Result<void> wait_until_gone(Context& context, Client& client, const Eviction& eviction,
                                   const std::string& id, const std::string& host_name) {
  const Interrupts interrupts;
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(eviction.grace_seconds) + kSlack;
  while (std::chrono::steady_clock::now() < deadline) {
    HP_TRY(const bool there, is_there(client, eviction, id));
    if (!there) return base::success();
    context.terminal.progress("node " + host_name + " is leaving");
    if (interrupts.wait(kPoll, 0)) break;
  }
  return base::Error{
      base::ErrorCode::Cancelled,
      "not waiting any longer; look again: homeport cluster show " + eviction.cluster,
      {},
      {},
      {}};
}

}  // namespace

int cluster_evict(Context& context, const Eviction& eviction, Wait wait) {
  auto client = connect(context);
  if (!client) return report(context, client.error());
  const auto evicted = evict_node(client.value(), eviction);
  if (!evicted) return report(context, evicted.error());
  const std::string host_name = text_at(evicted.value(), "/hostName");
  const std::string run = text_at(evicted.value(), "/runId");
  if (wait == Wait::Yes) {
    const auto gone = wait_until_gone(context, client.value(), eviction,
                                      text_at(evicted.value(), "/nodeId"), host_name);
    context.terminal.clear_progress();
    if (!gone) return report(context, gone.error());
  }
  if (context.options.json) context.terminal.write(pretty(evicted.value()));
  context.terminal.note("Node " + host_name + (wait == Wait::Yes ? " is gone." : " is leaving.") +
                        (run.empty() ? "" : " Its run: homeport run show " + run));
  return to_int(ExitCode::Ok);
}

}  // namespace homeport::cli
