#include "agent/drain.hpp"

#include <boost/asio/io_context.hpp>
#include <set>

#include "agent/forwarder.hpp"
#include "engine/journal_record.hpp"

namespace homeport::agent {

base::Result<void> drain(const engine::AgentConfig& config) {
  HP_TRY(const auto records, engine::read_journal(config.node_directory + "/journal"));
  HP_TRY(auto file, base::open_append_file(config.node_directory + "/drained"));
  Journal journal(std::move(file));
  boost::asio::io_context io;
  Forwarder forwarder(io, journal, [](const std::string&, const std::string&) {});
  forwarder.set_server(parse_server_url(config.drain_to));
  std::set<std::string> tokens;
  for (const engine::RequestRecord& request : engine::unanswered(records)) {
    tokens.insert(request.token);
    forwarder.add(request);
  }
  io.run_for(std::chrono::minutes(10));
  for (const std::string& token : tokens) {
    if (!forwarder.waits(token)) continue;
    return base::Error{base::ErrorCode::Unavailable, "the server could not be reached", {}, {}, {}};
  }
  return base::success();
}

}  // namespace homeport::agent
