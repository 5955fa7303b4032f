#include "api/http/worker_pool.hpp"

#include <utility>

namespace homeport::api::http {

WorkerPool::WorkerPool(size_t max_threads, size_t max_queued)
    : max_threads_(max_threads), max_queued_(max_queued) {}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::post(std::unique_ptr<Task> task) {
  {
    // A dropped task is destroyed outside the lock: it may resume someone who posts again.
    const std::lock_guard lock(mutex_);
    if (stopped_ || queue_.size() >= max_queued_) return false;
    queue_.push_back(std::move(task));
    if (queue_.size() > idle_ && threads_.size() < max_threads_) {
      threads_.emplace_back([this] { work(); });
    }
    if (!wants_wake()) return true;
    waking_ = true;
  }
  wake_.notify_one();
  return true;
}

/// One thread at a time is being woken; when it takes its task it wakes the next, if there is work
/// for it. Waking one for every task makes more threads than cores fight over few tasks.
bool WorkerPool::wants_wake() const {
  return !waking_ && idle_ > 0 && !queue_.empty();
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    while (!stopped_ && queue_.empty()) {
      ++idle_;
      wake_.wait(lock);
      --idle_;
      waking_ = false;
    }
    if (stopped_) return;
    std::unique_ptr<Task> task = std::move(queue_.front());
    queue_.pop_front();
    const bool wake_next = wants_wake();
    if (wake_next) waking_ = true;
    lock.unlock();
    // Before it runs: it may block for long.
    if (wake_next) wake_.notify_one();
    task->run();
    task.reset();
    lock.lock();
  }
}

size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void WorkerPool::stop() {
  std::deque<std::unique_ptr<Task>> dropped;
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    dropped.swap(queue_);
    threads.swap(threads_);
  }
  wake_.notify_all();
  dropped.clear();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace homeport::api::http
