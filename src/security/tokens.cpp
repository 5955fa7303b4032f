#include "security/tokens.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <boost/json.hpp>
#include <cstdlib>

#include "base/file.hpp"
#include "base/text.hpp"
#include "security/json_web_token.hpp"
#include "security/private_path.hpp"

namespace homeport::security {
namespace {

namespace json = boost::json;

constexpr size_t kKeyBytes = 32;
constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;
constexpr std::string_view kIssuer = "homeport";

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// The key in `path`, made where there is none: random bytes, as hex.
base::Result<Secret> open_key(const std::filesystem::path& path) {
  base::Result<std::string> text = base::read_file(path);
  if (text.has_error() && text.error().code != base::ErrorCode::NotFound) return text.error();
  if (text.has_error()) {
    std::string made = base::random_hex(kKeyBytes);
    HP_TRYV(base::write_file_durably(path, made + "\n", 0600));
    return Secret(std::move(made));
  }
  HP_TRYV(refuse_if_shared(path));
  const std::string_view key = base::trim(text.value());
  if (key.size() != 2 * kKeyBytes || key.find_first_not_of("0123456789abcdef") != key.npos) {
    return base::internal(path.string() + " does not hold a key; restore it from a backup");
  }
  return Secret(std::string(key));
}

std::string raw_key(const Secret& hex) {
  std::string raw;
  for (size_t at = 0; at + 1 < hex.reveal().size(); at += 2) {
    raw += static_cast<char>(std::stoi(hex.reveal().substr(at, 2), nullptr, 16));
  }
  return raw;
}

std::string fresh_nonce() {
  std::string nonce(kNonceBytes, '\0');
  if (RAND_bytes(bytes_of(nonce), static_cast<int>(nonce.size())) != 1) std::abort();
  return nonce;
}

struct CipherDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter>;

}  // namespace

base::Result<std::unique_ptr<Keyring>> Keyring::open(const std::filesystem::path& directory) {
  HP_TRYV(base::make_directory(directory, 0700));
  HP_TRYV(refuse_if_shared(directory));
  std::unique_ptr<Keyring> keyring(new Keyring);
  HP_TRY(keyring->owner_token_, open_key(directory / "owner-token"));
  HP_TRY(keyring->metrics_token_, open_key(directory / "metrics-token"));
  HP_TRY(keyring->service_principal_, open_service_principal(directory / "service-principal.json"));
  HP_TRY(Secret signing, open_key(directory / "signing-key"));
  HP_TRY(Secret sealing, open_key(directory / "sealing-key"));
  // Several keys from one: no text of sign() can ever pass as a token, nor a run's token as a
  // person's.
  keyring->token_key_ = Secret(hmac_sha256(raw_key(signing), "run token"));
  keyring->access_key_ = Secret(hmac_sha256(raw_key(signing), "access token"));
  keyring->text_key_ = Secret(hmac_sha256(raw_key(signing), "text"));
  keyring->sealing_key_ = Secret(raw_key(sealing));
  return keyring;
}

Secret Keyring::issue_run_token(const RunIdentity& run, base::TimePoint now,
                                std::chrono::seconds lifetime) const {
  return sign_token({{"iss", kIssuer},
                     {"sub", run.run_id},
                     {"workspace", run.workspace_id},
                     {"experiment", run.experiment_name}},
                    now, lifetime, token_key_);
}

Secret Keyring::issue_access_token(const std::string& issuer, const std::string& audience,
                                   base::TimePoint now, std::chrono::seconds lifetime) const {
  const ServicePrincipal& self = service_principal_;
  return sign_token({{"aud", audience},
                     {"iss", issuer},
                     {"tid", self.tenant_id},
                     {"appid", self.client_id},
                     {"oid", self.object_id},
                     {"sub", self.object_id},
                     {"idtyp", "app"},
                     {"ver", "1.0"}},
                    now, lifetime, access_key_);
}

base::Result<Principal> Keyring::verify_access_token(std::string_view token,
                                                     base::TimePoint now) const {
  HP_TRY(const json::object claims, verify_token(token, now, access_key_));
  if (text_claim(claims, "tid") != service_principal_.tenant_id ||
      text_claim(claims, "appid") != service_principal_.client_id) {
    return token_refused("is of another directory");
  }
  return Principal(Owner{service_principal_.client_id});
}

base::Result<Principal> Keyring::verify_bearer(std::string_view token, base::TimePoint now) const {
  if (equal_in_constant_time(token, owner_token_.reveal())) return Principal(Owner{});
  if (equal_in_constant_time(token, metrics_token_.reveal())) return Principal(Monitor{});
  if (is_signed_by(token, access_key_)) return verify_access_token(token, now);
  HP_TRY(const json::object claims, verify_token(token, now, token_key_));
  if (text_claim(claims, "iss") != kIssuer) return token_refused("is not one of a run");
  return Principal(RunIdentity{text_claim(claims, "workspace"), text_claim(claims, "sub"),
                               text_claim(claims, "experiment")});
}

std::string Keyring::encrypt(const Secret& secret) const {
  std::string nonce = fresh_nonce();
  std::string text(secret.reveal().size(), '\0');
  std::string tag(kTagBytes, '\0');
  const Cipher context(EVP_CIPHER_CTX_new());
  int length = 0;
  const bool done =
      context != nullptr &&
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr,
                         bytes_of(std::string_view(sealing_key_.reveal())),
                         bytes_of(std::string_view(nonce))) == 1 &&
      EVP_EncryptUpdate(context.get(), bytes_of(text), &length,
                        bytes_of(std::string_view(secret.reveal())),
                        static_cast<int>(secret.reveal().size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), bytes_of(tag), &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) == 1;
  // Only a lack of memory makes this fail; storing the secret in clear is no way out.
  if (!done) std::abort();
  return base::base64_encode(nonce + text + tag);
}

base::Result<Secret> Keyring::decrypt(std::string_view sealed) const {
  const base::Error changed =
      base::internal("a stored secret cannot be opened: it was changed, or made under another key");
  auto raw = base::base64_decode(sealed);
  if (!raw || raw->size() < kNonceBytes + kTagBytes) return changed;
  const std::string_view all = *raw;
  const std::string_view closed = all.substr(kNonceBytes, all.size() - kNonceBytes - kTagBytes);
  std::string tag(all.substr(all.size() - kTagBytes));
  std::string text(closed.size(), '\0');
  const Cipher context(EVP_CIPHER_CTX_new());
  int length = 0;
  unsigned char end[kTagBytes];
  const bool opened =
      context != nullptr &&
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr,
                         bytes_of(std::string_view(sealing_key_.reveal())), bytes_of(all)) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(text), &length, bytes_of(closed),
                        static_cast<int>(closed.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), end, &length) == 1;
  if (!opened) return changed;
  return Secret(std::move(text));
}

std::string Keyring::sign(std::string_view text) const {
  return base::base64url_encode(hmac_sha256(text_key_.reveal(), text));
}

}  // namespace homeport::security
