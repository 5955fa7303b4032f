#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "api/http/listener.hpp"
#include "api/http/service.hpp"

namespace homeport::api::http {

/// How many connections a server has. Any thread.
class ConnectionCount {
 public:
  void add();
  void remove();
  size_t current() const;
  /// False if there were some left when the time was over.
  bool wait_for_none(std::chrono::milliseconds time);

 private:
  mutable std::mutex mutex_;  ///< guards `count_`
  std::condition_variable none_;
  size_t count_ = 0;
};

/// One thread that moves the bytes of its connections and never blocks. Its functions may be called
/// from any thread.
class IoThread {
 public:
  /// Both outlive it.
  IoThread(Service& service, ConnectionCount& count);
  ~IoThread();

  /// Accepts on this thread; the connections are dealt out to `targets` in turn. Before start().
  void accept_from(Listener listener, std::vector<IoThread*> targets);
  void start();

  /// No more connections; those between requests end, the others after the one at hand.
  void stop_politely();
  /// All connections end.
  void cut();
  /// The thread ends, whatever is left.
  void join();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace homeport::api::http
