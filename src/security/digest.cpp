#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>

#include "security/tokens.hpp"

namespace homeport::security {
namespace {

std::string digest(std::string_view bytes, const EVP_MD* algorithm) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out, &length, algorithm, nullptr) != 1) std::abort();
  return std::string(reinterpret_cast<const char*>(out), length);
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), out,
           &length) == nullptr) {
    std::abort();
  }
  return std::string(reinterpret_cast<const char*>(out), length);
}

std::string sha256(std::string_view bytes) {
  return digest(bytes, EVP_sha256());
}

std::string md5(std::string_view bytes) {
  return digest(bytes, EVP_md5());
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace homeport::security
