#include "api/http/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>

#include "server_fixture.hpp"

namespace homeport::api::http {
namespace {

class Call final : public WorkerPool::Task {
 public:
  explicit Call(std::function<void()> work) : work_(std::move(work)) {}
  void run() override { work_(); }

 private:
  std::function<void()> work_;
};

TEST(WorkerPool, RunsEverythingThatItTook) {
  std::atomic<int> ran = 0;
  testing::Gate done;
  WorkerPool pool(4, 1000);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(pool.post(std::make_unique<Call>([&] {
      if (++ran == 1000) done.open();
    })));
  }
  done.wait();
  EXPECT_EQ(ran, 1000);
}

TEST(WorkerPool, RefusesBeyondItsBoundAndDropsAtStop) {
  testing::Gate started;
  testing::Gate gate;
  std::atomic<int> ran = 0;
  WorkerPool pool(1, 1);
  ASSERT_TRUE(pool.post(std::make_unique<Call>([&] {
    started.open();
    gate.wait();
    ++ran;
  })));
  started.wait();
  EXPECT_TRUE(pool.post(std::make_unique<Call>([&] { ++ran; })));
  EXPECT_FALSE(pool.post(std::make_unique<Call>([&] { ++ran; })));
  std::thread stopping([&] { pool.stop(); });
  // The queue is emptied before stop() waits for what runs.
  while (pool.queued() > 0) std::this_thread::yield();
  gate.open();
  stopping.join();
  EXPECT_EQ(ran, 1);
  EXPECT_FALSE(pool.post(std::make_unique<Call>([&] { ++ran; })));
}

}  // namespace
}  // namespace homeport::api::http
