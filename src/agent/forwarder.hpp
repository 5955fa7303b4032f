#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "agent/journal.hpp"
#include "agent/server_address.hpp"
#include "engine/journal_record.hpp"

namespace homeport::agent {

/// Hands journaled requests on to the server, one after another in the order they came, each until
/// the server has answered. A refused connection or a 5xx is tried again; a 4xx is final: the
/// request is dropped and `on_refused` told.
class Forwarder {
 public:
  Forwarder(boost::asio::io_context& io, Journal& journal,
            std::function<void(const std::string& token, const std::string& why)> on_refused);

  void set_server(ServerAddress server);
  /// The record is in the journal already.
  void add(engine::RequestRecord record);
  std::uint64_t next_number() { return ++last_number_; }
  /// Calls back, perhaps at once, when nothing of `token` waits.
  void when_done(const std::string& token, std::function<void()> then);
  bool waits(const std::string& token) const;
  /// The last try reached the server.
  bool reaches_server() const { return reaches_server_; }

 private:
  struct Waiter {
    std::string token;
    std::function<void()> then;
  };
  boost::asio::awaitable<void> run();
  boost::asio::awaitable<unsigned> send(const engine::RequestRecord& record);
  void settle();

  boost::asio::io_context& io_;
  Journal& journal_;
  std::function<void(const std::string&, const std::string&)> on_refused_;
  boost::asio::steady_timer wake_;
  ServerAddress server_;
  std::deque<engine::RequestRecord> queue_;
  std::vector<Waiter> waiters_;
  std::uint64_t last_number_ = 0;
  bool running_ = false;
  bool reaches_server_ = true;
};

}  // namespace homeport::agent
