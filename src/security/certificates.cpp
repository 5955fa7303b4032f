#include "security/certificates.hpp"

#include <arpa/inet.h>

#include <map>
#include <mutex>

#include "base/file.hpp"
#include "base/text.hpp"
#include "security/private_path.hpp"
#include "security/x509.hpp"

namespace homeport::security {
namespace {

constexpr std::string_view kDomains[] = {"core.windows.net", "management.azure.com",
                                         "login.microsoftonline.com", "azureml.ms", "localhost"};
// Any client may ask for any account's name; the names of an attack must not stay.
constexpr size_t kMaxCachedLeaves = 4096;

std::vector<std::string> permitted_names() {
  std::vector<std::string> names;
  for (std::string_view domain : kDomains) names.push_back("DNS:" + std::string(domain));
  names.emplace_back("IP:127.0.0.0/255.0.0.0");
  names.emplace_back("IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  return names;
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == label.npos;
}

bool is_permitted_host(std::string_view name) {
  if (name.size() > 253) return false;
  for (const std::string& label : base::split(name, '.')) {
    if (!is_label(label)) return false;
  }
  for (std::string_view domain : kDomains) {
    if (name == domain || name.ends_with("." + std::string(domain))) return true;
  }
  return false;
}

/// `name` as an alternative name in OpenSSL's words, "" where the constraints forbid it.
std::string alternative_name(const std::string& name) {
  in_addr ipv4{};
  if (::inet_pton(AF_INET, name.c_str(), &ipv4) == 1) {
    return (ntohl(ipv4.s_addr) >> 24) == 127 ? "IP:" + name : std::string();
  }
  in6_addr ipv6{};
  if (::inet_pton(AF_INET6, name.c_str(), &ipv6) == 1) {
    return IN6_IS_ADDR_LOOPBACK(&ipv6) ? "IP:::1" : std::string();
  }
  return is_permitted_host(name) ? "DNS:" + name : std::string();
}

}  // namespace

struct CertificateAuthority::State {
  PrivateKey key;
  X509Certificate certificate;
  std::mutex mutex;  ///< guards `leaves`
  std::map<std::string, Leaf> leaves;

  base::Result<void> load_or_make(const std::filesystem::path& directory);
  base::Result<Leaf> make_leaf(const std::string& name) const;
};

CertificateAuthority::CertificateAuthority() : state_(std::make_unique<State>()) {}
CertificateAuthority::~CertificateAuthority() = default;

base::Result<void> CertificateAuthority::State::load_or_make(
    const std::filesystem::path& directory) {
  const auto certificate_path = directory / "ca.pem";
  const auto key_path = directory / "ca-key.pem";
  base::Result<std::string> stored = base::read_file(certificate_path);
  if (stored.has_error() && stored.error().code != base::ErrorCode::NotFound) {
    return stored.error();
  }
  if (stored.has_error()) {
    HP_TRY(key, make_private_key());
    HP_TRY(certificate, make_ca_certificate(key.get(), permitted_names()));
    // The key goes first: a certificate on disk means that both are there.
    HP_TRYV(base::write_file_durably(key_path, to_pem(key.get()), 0600));
    return base::write_file_durably(certificate_path, to_pem(certificate.get()), 0600);
  }
  HP_TRY(certificate, certificate_from_pem(stored.value()));
  HP_TRY(auto key_text, base::read_file(key_path));
  HP_TRY(key, key_from_pem(key_text));
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return base::internal(certificate_path.string() + " and " + key_path.string() +
                          " do not belong together; remove both to have them made again");
  }
  return base::success();
}

base::Result<std::unique_ptr<CertificateAuthority>> CertificateAuthority::open(
    const std::filesystem::path& directory) {
  HP_TRYV(base::make_directory(directory, 0700));
  HP_TRYV(refuse_if_shared(directory));
  std::unique_ptr<CertificateAuthority> authority(new CertificateAuthority);
  HP_TRYV(authority->state_->load_or_make(directory));
  authority->certificate_ = to_pem(authority->state_->certificate.get());
  return authority;
}

base::Result<Leaf> CertificateAuthority::State::make_leaf(const std::string& name) const {
  const std::string alternative = alternative_name(name);
  if (alternative.empty()) {
    return base::invalid_argument("name",
                                  "our certificate authority may not vouch for \"" + name + "\"");
  }
  HP_TRY(auto leaf_key, make_private_key());
  HP_TRY(auto leaf,
         make_leaf_certificate(leaf_key.get(), alternative, certificate.get(), key.get()));
  return Leaf{to_pem(leaf.get()) + to_pem(certificate.get()), Secret(to_pem(leaf_key.get()))};
}

base::Result<Leaf> CertificateAuthority::issue(const std::string& name) {
  const std::string key = base::to_lower(name);
  const std::lock_guard lock(state_->mutex);
  if (const auto found = state_->leaves.find(key); found != state_->leaves.end()) {
    return found->second;
  }
  HP_TRY(Leaf leaf, state_->make_leaf(key));
  if (state_->leaves.size() >= kMaxCachedLeaves) state_->leaves.clear();
  return state_->leaves.emplace(key, std::move(leaf)).first->second;
}

}  // namespace homeport::security
