#include "cli/log_follower.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>

#include "base/text.hpp"
#include "cli/interrupts.hpp"
#include "cli/json.hpp"
#include "fake_transport.hpp"

namespace homeport::cli {
namespace {

using testing::CapturedTerminal;
using testing::FakeTransport;

const std::string kDetails = "GET /history/v1.0" + testing::kWorkspacePath + "/runs/r1/details";

/// A run with logs that grow each time they are looked at.
class LogFollowing : public ::testing::Test {
 protected:
  void add_log(const std::string& name, std::vector<std::string> stages) {
    logs_[name] = "http://127.0.0.1:8700/acct/" + name + "?sig=1";
    transport_.on("GET /acct/" + name,
                  [stages, look = 0UL](const HttpCall& call) mutable -> base::Result<HttpAnswer> {
                    const std::string& text = stages[std::min(look++, stages.size() - 1)];
                    const std::string range(call.headers.get("Range"));
                    const auto begin = static_cast<size_t>(
                        *base::parse_integer(range.substr(6, range.size() - 7)));
                    return begin < text.size() ? HttpAnswer{206, {}, text.substr(begin)}
                                               : HttpAnswer{416, {}, "no more"};
                  });
  }
  void set_status(const std::string& status) {
    transport_.on(
        kDetails, 200,
        boost::json::serialize(boost::json::object{{"status", status}, {"logFiles", logs_}}));
  }

  FakeTransport transport_;
  CapturedTerminal captured_;
  boost::json::object logs_;
};

TEST_F(LogFollowing, PrintsEveryByteOnceUntilTheRunHasEnded) {
  add_log("70_driver_log.txt", {"one\n", "one\ntwo", "one\ntwo\nthree\n"});
  set_status("Completed");
  Client client(transport_, testing::an_address());
  const Interrupts interrupts;
  LogFollower follower(client, captured_.terminal, "r1", "70_driver_log.txt");

  const auto details = follower.follow(interrupts);

  ASSERT_TRUE(details);
  EXPECT_EQ(text_at(details.value(), "/status"), "Completed");
  EXPECT_EQ(captured_.out.str(), "one\ntwo\nthree\n");
}

TEST_F(LogFollowing, PutsEachStretchUnderItsName) {
  add_log("70_a.txt", {"a1\n", "a1\na2"});
  add_log("70_b.txt", {"b1\n"});
  set_status("Completed");
  Client client(transport_, testing::an_address());
  const Interrupts interrupts;
  LogFollower follower(client, captured_.terminal, "r1", "");

  ASSERT_TRUE(follower.follow(interrupts));

  EXPECT_EQ(captured_.out.str(),
            "==> 70_a.txt <==\na1\n\n==> 70_b.txt <==\nb1\n\n==> 70_a.txt <==\na2");
}

TEST_F(LogFollowing, LetsGoOnCtrlC) {
  add_log("70_a.txt", {"a1\n"});
  set_status("Running");
  Client client(transport_, testing::an_address());
  const Interrupts interrupts;
  LogFollower follower(client, captured_.terminal, "r1", "");
  transport_.on("GET /acct/70_a.txt", [](const HttpCall&) -> base::Result<HttpAnswer> {
    ::raise(SIGINT);
    return HttpAnswer{206, {}, "a1\n"};
  });

  const auto details = follower.follow(interrupts);

  ASSERT_FALSE(details);
  EXPECT_EQ(details.error().code, base::ErrorCode::Cancelled);
}

TEST_F(LogFollowing, NamesTheLogsThereAreWhereOneIsAskedForThatIsNot) {
  add_log("70_a.txt", {"a1\n"});
  set_status("Running");
  Client client(transport_, testing::an_address());
  LogFollower follower(client, captured_.terminal, "r1", "other.txt");

  const auto details = follower.print_once();

  ASSERT_FALSE(details);
  EXPECT_EQ(details.error().code, base::ErrorCode::NotFound);
  EXPECT_NE(details.error().message.find("70_a.txt"), std::string::npos);
}

}  // namespace
}  // namespace homeport::cli
