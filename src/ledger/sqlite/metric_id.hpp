#pragma once

#include <array>
#include <string>
#include <string_view>

namespace homeport::ledger::sqlite {

using UuidBytes = std::array<char, 16>;

/// Fills in the bytes of a UUID in its usual lower-case text; false if `text` is anything else.
bool to_uuid_bytes(std::string_view text, UuidBytes& bytes);
/// The text from which to_uuid_bytes made these 16 bytes.
std::string to_uuid(std::string_view bytes);

}  // namespace homeport::ledger::sqlite
