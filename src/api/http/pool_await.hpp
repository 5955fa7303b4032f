#pragma once

#include <boost/asio/awaitable.hpp>

#include "api/http/worker_pool.hpp"

namespace homeport::api::http {

/// A call that lives in the waiting coroutine's frame.
struct PoolCall {
  void (*call)(void*);
  void* argument;
};

/// Runs the call on a thread of the pool and resumes the coroutine on its own thread. False if the
/// pool did not take it (full, or stopped): then it did not run.
boost::asio::awaitable<bool> run_on(WorkerPool& pool, PoolCall call);

/// The same for a function object of the caller's, which must not throw.
template <typename Function>
boost::asio::awaitable<bool> run_on(WorkerPool& pool, Function& function) {
  return run_on(pool,
                PoolCall{[](void* argument) { (*static_cast<Function*>(argument))(); }, &function});
}

}  // namespace homeport::api::http
