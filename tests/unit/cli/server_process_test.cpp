#include "cli/server_process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "cli/detached_server.hpp"
#include "temporary_directory.hpp"

namespace homeport::cli {
namespace {

TEST(DataLock, IsHeldByOneServerAndNamesItsPidToTheSecond) {
  const testing::TemporaryDirectory data;
  const auto first = DataLock::take(data.path());
  ASSERT_TRUE(first);

  const auto second = DataLock::take(data.path());

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::Conflict);
  EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos);
  EXPECT_EQ(serving_pid(data.path()), ::getpid());
}

TEST(DataLock, DoesNotCareForWhatAKilledServerLeft) {
  const testing::TemporaryDirectory data;
  std::ofstream(data.path() / "lock") << "";
  std::ofstream(data.path() / "homeport.pid") << "1\n";
  std::ofstream(data.path() / "homeport.json") << R"({"url":"http://dead","pid":1})";
  EXPECT_FALSE(serving_pid(data.path()));
  EXPECT_FALSE(read_server_record(data.path()));

  const auto lock = DataLock::take(data.path());

  ASSERT_TRUE(lock);
  EXPECT_EQ(serving_pid(data.path()), ::getpid());
  EXPECT_FALSE(read_server_record(data.path())) << "not ready yet: the old record must be gone";
}

TEST(DataLock, TakesItsFilesAlongWhenItGoes) {
  const testing::TemporaryDirectory data;
  {
    const auto lock = DataLock::take(data.path());
    ASSERT_TRUE(lock);
    ASSERT_TRUE(write_server_record(data.path(), {"http://x", 1, "0", {}, {}}));
  }
  EXPECT_FALSE(serving_pid(data.path()));
  EXPECT_FALSE(std::filesystem::exists(data.path() / "homeport.pid"));
  EXPECT_FALSE(std::filesystem::exists(data.path() / "homeport.json"));
}

TEST(StopServer, SaysThatNoneRuns) {
  const testing::TemporaryDirectory data;
  const auto stopped = stop_server(data.path(), std::chrono::seconds(1));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().reason, "ServerNotRunning");
}

TEST(ReadyLine, ComesThroughThePipeAsItWasWritten) {
  const ReadyServer server{"http://127.0.0.1:1",
                           security::Secret("t\"1"),
                           {"s", "g", "w"},
                           "link",
                           "http://127.0.0.1:10000/devstoreaccount1"};

  const auto read = parse_ready(serialize_ready(server));

  ASSERT_TRUE(read);
  EXPECT_EQ(read.value().url, server.url);
  EXPECT_EQ(read.value().token.reveal(), "t\"1");
  EXPECT_EQ(read.value().workspace, server.workspace);
  EXPECT_EQ(read.value().login_link, "link");
  EXPECT_EQ(read.value().emulator_url, server.emulator_url);
}

}  // namespace
}  // namespace homeport::cli
