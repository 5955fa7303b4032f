#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::objects {

/// CRC-64/NVME, the checksum of storage transfers: polynomial 0xad93d23594c93659, reflected, all
/// ones before and inverted after. `crc` is that of the bytes before, 0 at the beginning.
uint64_t crc64(std::string_view bytes, uint64_t crc = 0);

/// That of the content as headers carry it: 8 bytes, the lowest first.
base::Result<std::string> crc64_of(const Content& content);

}  // namespace homeport::objects
