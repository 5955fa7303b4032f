#include "api/http/server.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "api/http/io_thread.hpp"
#include "api/http/listener.hpp"
#include "api/http/response_head.hpp"
#include "api/http/service.hpp"

namespace homeport::api::http {

struct Server::State {
  State(ServerOptions options, const Router& router, Dispatcher dispatcher, Admission admission)
      : service(std::move(options), router, std::move(dispatcher), std::move(admission)) {}

  /// False if connections were left when the time was over.
  bool wait_for_no_connections(std::chrono::milliseconds time) { return count.wait_for_none(time); }

  Service service;
  ConnectionCount count;
  std::vector<std::unique_ptr<IoThread>> io_threads;
  std::vector<std::string> addresses;
  uint16_t port = 0;
  std::mutex stop_mutex;  ///< one stop() at a time
  bool stopped = false;
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

base::Result<std::unique_ptr<Server>> Server::start(ServerOptions options, const Router& router,
                                                    Dispatcher dispatcher, Admission admission) {
  std::vector<Listener> listeners;
  for (const std::string& address : options.listen) {
    HP_TRY(auto listener, listen_on(address));
    listeners.push_back(std::move(listener));
  }
  auto state = std::make_unique<State>(std::move(options), router, std::move(dispatcher),
                                       std::move(admission));
  const unsigned threads = std::max(1U, state->service.options.io_threads);
  std::vector<IoThread*> targets;
  for (unsigned i = 0; i < threads; ++i) {
    state->io_threads.push_back(std::make_unique<IoThread>(state->service, state->count));
    targets.push_back(state->io_threads.back().get());
  }
  for (Listener& listener : listeners) {
    if (state->port == 0) state->port = listener.port;
    state->addresses.push_back(listener.address);
    state->io_threads.front()->accept_from(std::move(listener), targets);
  }
  for (const auto& thread : state->io_threads) thread->start();
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::~Server() {
  stop(std::chrono::milliseconds(0));
}

const std::vector<std::string>& Server::addresses() const {
  return state_->addresses;
}

uint16_t Server::port() const {
  return state_->port;
}

size_t Server::connections() const {
  return state_->count.current();
}

size_t Server::queued_requests() const {
  return state_->service.workers.queued();
}

void Server::stop(std::chrono::milliseconds grace) {
  constexpr std::chrono::milliseconds kTimeToUnwind{5'000};
  const std::lock_guard lock(state_->stop_mutex);
  if (std::exchange(state_->stopped, true)) return;
  state_->service.stopping = true;
  for (const auto& thread : state_->io_threads) thread->stop_politely();
  if (!state_->wait_for_no_connections(grace)) {
    for (const auto& thread : state_->io_threads) thread->cut();
  }
  // Handlers that run are waited for: they may hold a commit. Their connections then unwind.
  state_->service.workers.stop();
  state_->service.files.stop();
  state_->service.lookups.stop();
  state_->wait_for_no_connections(kTimeToUnwind);
  for (const auto& thread : state_->io_threads) thread->join();
}

Response dispatch_plainly(Request& request, const Router::Match& match) {
  if (match.handler != nullptr) return (*match.handler)(request, match.parameters);
  if (match.other_method) {
    return error_response(405, "MethodNotAllowed", request.method + " is not served here");
  }
  return error_response(404, "NotFound", "nothing is served at " + request.path);
}

}  // namespace homeport::api::http
