#include "security/given_certificate.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "security/x509.hpp"

namespace homeport::security {
namespace {

constexpr const char* kCertificateOption = "tls-cert";
constexpr const char* kKeyOption = "tls-key";

base::Error about(const char* option, base::Error error) {
  error.target = option;
  error.message = "--" + std::string(option) + ": " + error.message;
  return error;
}

base::Error wrong(const char* option, std::string message) {
  return about(option, base::invalid_argument(option, std::move(message)));
}

base::Result<std::string> read_file(const char* option, const std::filesystem::path& path) {
  auto text = base::read_file(path);
  if (text.has_value()) return text;
  base::Error error = text.error();
  if (error.code == base::ErrorCode::NotFound) {
    error.message = "there is no file " + path.string();
  } else if (error.code == base::ErrorCode::PermissionDenied) {
    error.message = path.string() +
                    " is not for this user to read; make it readable for the one "
                    "who starts Homeport";
  }
  return about(option, std::move(error));
}

/// A group may read it, as distributions have it for their keys; the rest of the world may not.
base::Result<void> refuse_if_open(const std::filesystem::path& key) {
  struct stat status {};
  if (::stat(key.c_str(), &status) != 0) {
    return about(kKeyOption, base::system_error("cannot look at " + key.string(), errno));
  }
  if ((status.st_mode & (S_IRWXO | S_IWGRP)) == 0) return base::success();
  return about(kKeyOption,
               base::permission_denied(key.string() +
                                       " is open to other users of this machine; `chmod 600 " +
                                       key.string() + "` first"));
}

base::TimePoint to_time(const ASN1_TIME* time) {
  tm fields{};
  ASN1_TIME_to_tm(time, &fields);
  return base::TimePoint(std::chrono::seconds(::timegm(&fields)));
}

base::Result<void> check_dates(X509* certificate, const std::filesystem::path& path,
                               base::TimePoint now) {
  const base::TimePoint begin = to_time(X509_get0_notBefore(certificate));
  const base::TimePoint end = to_time(X509_get0_notAfter(certificate));
  if (now >= end) {
    return wrong(kCertificateOption, "the certificate " + path.string() + " expired on " +
                                         base::to_iso8601(end) + "; renew it");
  }
  if (now < begin) {
    return wrong(kCertificateOption, "the certificate " + path.string() + " is not valid before " +
                                         base::to_iso8601(begin) + "; check this machine's clock");
  }
  return base::success();
}

base::Result<PrivateKey> read_key(const std::string& pem, const std::filesystem::path& path) {
  if (pem.find("ENCRYPTED") != std::string::npos) {
    return wrong(kKeyOption, path.string() + " needs a passphrase; give a key without one");
  }
  auto key = key_from_pem(pem);
  if (key.has_error()) return wrong(kKeyOption, path.string() + " holds no private key in PEM");
  return key;
}

}  // namespace

struct GivenCertificate::State {
  X509Certificate certificate;
};

GivenCertificate::GivenCertificate() : state_(std::make_unique<State>()) {}
GivenCertificate::~GivenCertificate() = default;

base::Result<std::unique_ptr<GivenCertificate>> GivenCertificate::read(
    const std::filesystem::path& certificate, const std::filesystem::path& key,
    base::TimePoint now) {
  HP_TRY(std::string chain, read_file(kCertificateOption, certificate));
  HP_TRY(std::string key_text, read_file(kKeyOption, key));
  HP_TRYV(refuse_if_open(key));
  auto parsed = certificate_from_pem(chain);
  if (parsed.has_error()) {
    return wrong(kCertificateOption, certificate.string() + " holds no certificate in PEM");
  }
  HP_TRY(const PrivateKey private_key, read_key(key_text, key));
  if (X509_check_private_key(parsed.value().get(), private_key.get()) != 1) {
    ERR_clear_error();
    return wrong(kKeyOption, key.string() + " is not the key of the first certificate in " +
                                 certificate.string());
  }
  HP_TRYV(check_dates(parsed.value().get(), certificate, now));
  std::unique_ptr<GivenCertificate> given(new GivenCertificate());
  given->state_->certificate = std::move(parsed).value();
  given->leaf_ = {std::move(chain), Secret(std::move(key_text))};
  return given;
}

bool GivenCertificate::covers(const std::string& host) const {
  X509* certificate = state_->certificate.get();
  return X509_check_ip_asc(certificate, host.c_str(), 0) == 1 ||
         X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1;
}

}  // namespace homeport::security
