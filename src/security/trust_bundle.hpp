#pragma once

#include <filesystem>
#include <string>

namespace homeport::security {

/// The file (or folder) with the certificate authorities that this system trusts, in the places
/// where Linux distributions keep it; empty where there is none.
std::filesystem::path system_trust();

/// The certificates (PEM) of `base`, a file or a folder of files, and `certificate` behind them
/// unless it is there already. A base that is empty, or cannot be read, gives `certificate` alone.
std::string trust_bundle(const std::filesystem::path& base, const std::string& certificate);

}  // namespace homeport::security
