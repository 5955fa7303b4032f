#include "cli/times.hpp"

#include <gtest/gtest.h>

namespace homeport::cli {
namespace {

TEST(Times, AMomentIsSaidInOneWayWhoeverSentIt) {
  const std::string moment = local_time("2026-11-27T19:41:26.714835Z");
  EXPECT_EQ(moment.size(), std::string("2026-11-27 19:41:26").size());
  EXPECT_EQ(local_time("Fri, 27 Nov 2026 19:41:26 GMT"), moment);
  EXPECT_EQ(local_time("yesterday"), "yesterday");
  EXPECT_EQ(local_time(""), "");
}

TEST(Times, SpansAreShort) {
  EXPECT_EQ(time_between("2026-11-27T19:00:00Z", "2026-11-27T19:00:04.25Z"), "4.2 s");
  EXPECT_EQ(time_between("2026-11-27T19:00:00Z", "2026-11-27T19:03:20Z"), "3 min 20 s");
  EXPECT_EQ(time_between("2026-11-27T19:00:00Z", "2026-11-27T20:02:00Z"), "1 h 02 min");
  EXPECT_EQ(time_between("2026-11-27T19:00:00Z", ""), "");
  EXPECT_EQ(duration_text("PT120S"), "2 min 00 s");
  EXPECT_EQ(duration_text("PT45S"), "45 s");
  EXPECT_EQ(duration_text("PT2H"), "2 h 00 min");
  EXPECT_EQ(duration_text("soon"), "soon");
}

}  // namespace
}  // namespace homeport::cli
