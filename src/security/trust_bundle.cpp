#include "security/trust_bundle.hpp"

#include <algorithm>
#include <set>

#include "base/file.hpp"

namespace homeport::security {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSystemPlaces[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine, Arch
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older ones
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/ssl/cert.pem",                                  // BSD, Alpine
    "/etc/ssl/certs",
};

void append_certificates(std::string& out, const std::string& text) {
  if (text.find("-----BEGIN ") == std::string::npos) return;
  out += text;
  if (!out.ends_with('\n')) out += '\n';
}

/// Folders hold a certificate under several names: each text counts once.
std::string folder_text(const fs::path& folder) {
  std::set<std::string> texts;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    std::error_code ignored;
    if (!entry.is_regular_file(ignored)) continue;
    if (auto text = base::read_file(entry.path()); text.has_value()) {
      texts.insert(std::move(text).value());
    }
  }
  std::string out;
  for (const std::string& text : texts) append_certificates(out, text);
  return out;
}

}  // namespace

fs::path system_trust() {
  std::error_code ignored;
  const auto* found = std::find_if(std::begin(kSystemPlaces), std::end(kSystemPlaces),
                                   [&](const char* place) { return fs::exists(place, ignored); });
  return found != std::end(kSystemPlaces) ? fs::path(*found) : fs::path();
}

std::string trust_bundle(const fs::path& base, const std::string& certificate) {
  std::string bundle;
  std::error_code ignored;
  if (fs::is_directory(base, ignored)) {
    bundle = folder_text(base);
  } else if (const auto text = base::read_file(base); text.has_value()) {
    append_certificates(bundle, text.value());
  }
  if (bundle.find(certificate) == std::string::npos) append_certificates(bundle, certificate);
  return bundle;
}

}  // namespace homeport::security
