#include "security/x509.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/text.hpp"

namespace homeport::security {
namespace {

using Bio = std::unique_ptr<BIO, OpensslDeleter<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, OpensslDeleter<X509_EXTENSION_free>>;

constexpr long kDay = 24L * 60 * 60;
constexpr long kCaDays = 3650;
// Clients of Apple refuse more than 825 days.
constexpr long kLeafDays = 800;

base::Error openssl_error(const std::string& what) {
  char reason[256];
  ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
  ERR_clear_error();
  return base::internal(what + " failed", reason);
}

/// Adds an extension in the words of openssl's x509v3_config(5).
bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
  bytes[0] &= 0x7f;  // RFC 5280 §4.1.2.2: positive
  BIGNUM* number = BN_bin2bn(bytes, sizeof bytes, nullptr);
  const bool set = number != nullptr &&
                   BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

/// A certificate with all but its extensions and signature. It is valid from yesterday on: clocks
/// of clients differ.
X509Certificate begin_certificate(EVP_PKEY* key, const char* common_name, long days) {
  X509Certificate certificate(X509_new());
  if (certificate == nullptr) return nullptr;
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const auto add_name = [&](const char* field, const char* text) {
    return X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(text), -1, -1, 0) == 1;
  };
  const bool begun =
      X509_set_version(certificate.get(), X509_VERSION_3) == 1 && set_serial(certificate.get()) &&
      X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDay) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kDay) != nullptr &&
      X509_set_pubkey(certificate.get(), key) == 1 && add_name("O", "Homeport") &&
      add_name("CN", common_name);
  return begun ? std::move(certificate) : nullptr;
}

template <typename Write>
std::string written_pem(const Write& write) {
  const Bio out(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  if (out == nullptr || write(out.get()) != 1) return {};
  const long length = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<size_t>(length));
}

}  // namespace

base::Result<PrivateKey> make_private_key() {
  PrivateKey key(EVP_EC_gen("P-256"));
  if (key == nullptr) return openssl_error("making a private key");
  return key;
}

base::Result<X509Certificate> make_ca_certificate(EVP_PKEY* key,
                                                  const std::vector<std::string>& permitted) {
  // The random part tells the CAs of two Homeports in one client's bundle apart.
  const std::string name = "Homeport CA " + base::random_hex(4);
  X509Certificate certificate = begin_certificate(key, name.c_str(), kCaDays);
  X509* ca = certificate.get();
  const bool made = ca != nullptr && X509_set_issuer_name(ca, X509_get_subject_name(ca)) == 1 &&
                    add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                    add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                    add_extension(ca, ca, NID_subject_key_identifier, "hash") &&
                    add_extension(ca, ca, NID_authority_key_identifier, "keyid:always") &&
                    add_extension(ca, ca, NID_name_constraints,
                                  "critical,permitted;" + base::join(permitted, ",permitted;")) &&
                    X509_sign(ca, key, EVP_sha256()) > 0;
  if (!made) return openssl_error("making the certificate authority");
  return certificate;
}

base::Result<X509Certificate> make_leaf_certificate(EVP_PKEY* key, const std::string& name,
                                                    X509* ca, EVP_PKEY* ca_key) {
  // The common name must not look like a host name: OpenSSL holds it against the constraints.
  X509Certificate certificate = begin_certificate(key, "Homeport server", kLeafDays);
  X509* leaf = certificate.get();
  const bool made = leaf != nullptr && X509_set_issuer_name(leaf, X509_get_subject_name(ca)) == 1 &&
                    add_extension(leaf, ca, NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(leaf, ca, NID_key_usage, "critical,digitalSignature") &&
                    add_extension(leaf, ca, NID_ext_key_usage, "serverAuth") &&
                    add_extension(leaf, ca, NID_subject_key_identifier, "hash") &&
                    add_extension(leaf, ca, NID_authority_key_identifier, "keyid:always") &&
                    add_extension(leaf, ca, NID_subject_alt_name, name) &&
                    X509_sign(leaf, ca_key, EVP_sha256()) > 0;
  if (!made) return openssl_error("making a certificate for " + name);
  return certificate;
}

std::string to_pem(X509* certificate) {
  return written_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

std::string to_pem(EVP_PKEY* key) {
  return written_pem([&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

base::Result<X509Certificate> certificate_from_pem(std::string_view pem) {
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  X509Certificate certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return openssl_error("reading a certificate");
  return certificate;
}

base::Result<PrivateKey> key_from_pem(std::string_view pem) {
  const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // Without it OpenSSL asks for a passphrase at the terminal.
  pem_password_cb* const no_passphrase = [](char*, int, int, void*) { return -1; };
  PrivateKey key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr));
  if (key == nullptr) return openssl_error("reading a private key");
  return key;
}

}  // namespace homeport::security
