#include "objects/crc64.hpp"

#include <gtest/gtest.h>

namespace homeport::objects {
namespace {

// The check value of CRC-64/NVME, as catalogues of CRCs have it.
TEST(Crc64, HasItsCheckValue) {
  EXPECT_EQ(crc64("123456789"), 0xAE8B14860A799888ULL);
  EXPECT_EQ(crc64(""), 0U);
}

TEST(Crc64, GoesOnWhereItStopped) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += static_cast<char>(i * 7);
  for (const size_t cut : {0U, 1U, 7U, 8U, 9U, 500U, 1000U}) {
    EXPECT_EQ(crc64(text.substr(cut), crc64(text.substr(0, cut))), crc64(text)) << cut;
  }
}

TEST(Crc64, InAHeaderTheLowestByteComesFirst) {
  EXPECT_EQ(crc64_of(Content::of("123456789")).value(),
            std::string("\x88\x98\x79\x0A\x86\x14\x8B\xAE"));
}

}  // namespace
}  // namespace homeport::objects
