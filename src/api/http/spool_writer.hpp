#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "api/http/spool.hpp"
#include "api/http/worker_pool.hpp"
#include "base/result.hpp"

namespace homeport::api::http {

/// Brings a body to its spool while the next bytes of it are received: one block is on its way to
/// the file, in a thread of `pool`, and one in the hands of the caller. Used by one coroutine.
class SpoolWriter {
 public:
  /// `pool` outlives it.
  SpoolWriter(SpoolFile file, WorkerPool& pool);
  ~SpoolWriter();
  SpoolWriter(SpoolWriter&&) noexcept;
  SpoolWriter& operator=(SpoolWriter&&) noexcept;

  /// Waits for the block before, then has this one written behind the caller's back; `block` is
  /// empty afterwards and can be filled again. The error is of any block so far; Unavailable where
  /// the pool takes no more.
  boost::asio::awaitable<base::Result<void>> write(std::string& block);

  /// Waits for the last block. The file, at its start.
  boost::asio::awaitable<base::Result<std::shared_ptr<const base::FileDescriptor>>> finish();

 private:
  struct State;
  class WriteTask;
  boost::asio::awaitable<base::Result<void>> wait();

  WorkerPool* pool_;
  std::shared_ptr<State> state_;
};

}  // namespace homeport::api::http
