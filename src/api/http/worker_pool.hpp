#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace homeport::api::http {

/// Threads for work that blocks, behind a queue with a bound. Threads are made when work finds none
/// idle, and kept. Any thread.
class WorkerPool {
 public:
  class Task {
   public:
    virtual ~Task() = default;
    /// On a thread of the pool. Must not throw.
    virtual void run() = 0;
  };

  WorkerPool(size_t max_threads, size_t max_queued);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False, and the task is dropped, when the queue is full or the pool is stopped.
  bool post(std::unique_ptr<Task> task);

  /// How many tasks wait for a thread.
  size_t queued() const;

  /// Drops what is queued, waits for what runs. Safe to call again.
  void stop();

 private:
  void work();
  bool wants_wake() const;

  const size_t max_threads_;
  const size_t max_queued_;
  mutable std::mutex mutex_;  ///< guards all below
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Task>> queue_;
  std::vector<std::thread> threads_;
  size_t idle_ = 0;
  bool waking_ = false;  ///< a thread was told to wake and has not come yet
  bool stopped_ = false;
};

}  // namespace homeport::api::http
