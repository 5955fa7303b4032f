// How many durable writes a second the ledger takes, beside the disk's own fdatasync.
//   cmake --build --preset release --target durable_writes
//   build/release/bin/durable_writes [directory]     prints one JSON object a line
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "base/text.hpp"
#include "ledger/sqlite/sqlite_ledger.hpp"

namespace {

using homeport::base::Result;
using homeport::ledger::SqliteLedger;
using homeport::ledger::Transaction;
namespace domain = homeport::domain;

constexpr std::chrono::milliseconds kMeasured{2000};
constexpr int kRunsWithMetrics = 50;

double per_second(int64_t count, std::chrono::steady_clock::time_point since) {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - since;
  return static_cast<double>(count) / took.count();
}

void print(const std::string& name, double value, double limit, double bar) {
  fmt::print(
      "{{\"name\":\"{}\",\"value\":{:.0f},\"unit\":\"1/s\",\"limit\":{:.0f},\"ratio\":{:.2f},"
      "\"bar\":{:.0f},\"holds\":{}}}\n",
      name, value, limit, limit > 0 ? value / limit : 0, bar, value >= bar);
}

double syncs_per_second(const std::filesystem::path& directory) {
  const std::string path = directory / "sync";
  const homeport::base::FileDescriptor file(::open(path.c_str(), O_CREAT | O_WRONLY, 0600));
  const std::string page(4096, 'x');
  const auto start = std::chrono::steady_clock::now();
  int64_t count = 0;
  while (std::chrono::steady_clock::now() - start < kMeasured) {
    if (::pwrite(file.get(), page.data(), page.size(), (count % 1000) * 4096) < 0) break;
    if (::fdatasync(file.get()) != 0) break;
    ++count;
  }
  return per_second(count, start);
}

domain::Run a_run(std::string id) {
  domain::Run run;
  run.id = domain::RunId(std::move(id));
  run.workspace_id = domain::WorkspaceId("11111111-0000-4000-8000-000000000001");
  run.experiment_id = domain::ExperimentId("33333333-0000-4000-8000-000000000001");
  run.experiment_name = "bench";
  run.state = domain::RunState::Queued;
  run.root_id = run.id;
  run.run_type = "azureml.scriptrun";
  run.created_at = homeport::base::SystemClock().wall();
  run.spec.emplace();
  run.spec->script = "train.py";
  run.spec->arguments = {"--epochs", "3"};
  run.definition = R"({"script":"train.py","arguments":["--epochs","3"]})";
  return run;
}

double inserts_per_second(SqliteLedger& ledger, int threads) {
  std::atomic<int64_t> written{0};
  std::vector<std::thread> clients;
  const auto start = std::chrono::steady_clock::now();
  for (int client = 0; client < threads; ++client) {
    clients.emplace_back([&, client] {
      const std::string prefix = fmt::format("{}_{}_", homeport::base::random_hex(6), client);
      for (int i = 0; std::chrono::steady_clock::now() - start < kMeasured; ++i) {
        const domain::Run run = a_run(prefix + std::to_string(i));
        const Result<void> outcome = ledger.write([&](Transaction& t) -> Result<void> {
          HP_TRYV(t.runs().insert(run));
          return homeport::base::success();
        });
        if (outcome) ++written;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  return per_second(written, start);
}

double metric_rows_per_second(SqliteLedger& ledger, int rows_per_batch) {
  const domain::WorkspaceId workspace("11111111-0000-4000-8000-000000000001");
  const std::string name = "metrics_" + homeport::base::random_hex(4) + "_";
  const auto now = homeport::base::SystemClock().wall();
  int64_t written = 0;
  const auto start = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration making{};
  for (int batch = 0; std::chrono::steady_clock::now() - start < kMeasured; ++batch) {
    const auto before = std::chrono::steady_clock::now();
    const domain::RunId run(name + std::to_string(batch % kRunsWithMetrics));
    domain::MetricSeries series{"loss", R"({"loss":"double"})", "{}", {}};
    for (int i = 0; i < rows_per_batch; ++i) {
      series.rows.push_back({homeport::base::random_uuid(), now, R"({"loss":0.125})"});
    }
    making += std::chrono::steady_clock::now() - before;
    const Result<void> outcome =
        ledger.write([&](Transaction& t) { return t.metrics().append(workspace, run, {series}); });
    if (outcome) written += rows_per_batch;
  }
  return per_second(written, start + making);
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path directory =
      std::filesystem::path(argc > 1 ? argv[1] : ".") / ("bench-" + homeport::base::random_hex(4));
  std::filesystem::create_directories(directory);
  const double syncs = syncs_per_second(directory);
  print("fdatasync of one page", syncs, syncs, 0);
  auto opened = SqliteLedger::open(directory / "homeport.db");
  if (!opened) {
    fmt::print(stderr, "{}: {}\n", opened.error().message, opened.error().cause);
    return 1;
  }
  SqliteLedger& ledger = *opened.value();
  for (const int threads : {1, 16, 64}) {
    print(fmt::format("durable run inserts, {} threads", threads),
          inserts_per_second(ledger, threads), syncs * threads, threads == 64 ? 10'000 : 0);
  }
  for (const int rows : {100, 10'000}) {
    print(fmt::format("durable metric rows, batches of {}", rows),
          metric_rows_per_second(ledger, rows), syncs * rows, rows > 1000 ? 200'000 : 0);
  }
  opened.value().reset();
  std::filesystem::remove_all(directory);
  return 0;
}
