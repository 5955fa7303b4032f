#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace homeport::base {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

TEST(Clock, WritesAndReadsIso8601) {
  const TimePoint time{microseconds(1'559'384'430'123'456)};
  EXPECT_EQ(to_iso8601(time), "2019-06-01T10:20:30.123456Z");
  for (const char* text : {"2019-06-01T10:20:30.123456Z", "2019-06-01T10:20:30.1234567+00:00",
                           "2019-06-01T12:20:30.123456+02:00", "2019-06-01T10:20:30.123456"}) {
    ASSERT_TRUE(parse_iso8601(text).has_value()) << text;
    EXPECT_EQ(parse_iso8601(text).value(), time) << text;
  }
  for (const char* bad : {"", "2019-06-01", "2019-13-01T00:00:00Z", "2019-06-01T25:00:00Z",
                          "2019-06-01T10:20:30Zx"}) {
    EXPECT_TRUE(parse_iso8601(bad).has_error()) << bad;
  }
}

TEST(Clock, HttpDateNamesTheWeekday) {
  EXPECT_EQ(to_http_date(TimePoint{seconds(784111777)}), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Clock, ReadsDurationsInEveryUnit) {
  EXPECT_EQ(parse_iso8601_duration("PT300S").value(), seconds(300));
  EXPECT_EQ(parse_iso8601_duration("P1DT2H3M4.5S").value(), seconds(93784));
  for (const char* bad : {"", "300", "PT", "P5H", "PTxS", "PT3"}) {
    EXPECT_TRUE(parse_iso8601_duration(bad).has_error()) << bad;
  }
  EXPECT_EQ(to_iso8601_duration(seconds(300)), "PT300S");
}

}  // namespace
}  // namespace homeport::base
