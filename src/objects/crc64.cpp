#include "objects/crc64.hpp"

#include <array>

#include "objects/content.hpp"

namespace homeport::objects {
namespace {

constexpr uint64_t kReflectedPolynomial = 0x9A6C9329AC4BC9B5ULL;
constexpr size_t kSlices = 8;

using Tables = std::array<std::array<uint64_t, 256>, kSlices>;

// Table k: a byte's effect k bytes further on, so that eight bytes are done at once.
constexpr Tables make_tables() {
  Tables tables{};
  for (uint64_t byte = 0; byte < 256; ++byte) {
    uint64_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1U) != 0 ? (crc >> 1U) ^ kReflectedPolynomial : crc >> 1U;
    }
    tables[0][byte] = crc;
  }
  for (size_t slice = 1; slice < kSlices; ++slice) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint64_t before = tables[slice - 1][byte];
      tables[slice][byte] = (before >> 8U) ^ tables[0][before & 0xFFU];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

uint64_t little_endian(std::string_view bytes) {
  uint64_t word = 0;
  for (size_t i = 0; i < 8; ++i) word |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return word;
}

}  // namespace

uint64_t crc64(std::string_view bytes, uint64_t crc) {
  crc = ~crc;
  while (bytes.size() >= kSlices) {
    const uint64_t word = crc ^ little_endian(bytes);
    crc = 0;
    for (size_t i = 0; i < kSlices; ++i) crc ^= kTables[kSlices - 1 - i][(word >> (8 * i)) & 0xFFU];
    bytes.remove_prefix(kSlices);
  }
  for (const char c : bytes) {
    crc = (crc >> 8U) ^ kTables[0][(crc ^ static_cast<unsigned char>(c)) & 0xFFU];
  }
  return ~crc;
}

base::Result<std::string> crc64_of(const Content& content) {
  uint64_t crc = 0;
  HP_TRYV(for_each_piece(content, [&crc](std::string_view piece) -> base::Result<void> {
    crc = crc64(piece, crc);
    return base::success();
  }));
  std::string bytes;
  for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(crc >> shift);
  return bytes;
}

}  // namespace homeport::objects
