#include "security/tokens.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "security/json_web_token.hpp"
#include "temporary_directory.hpp"

namespace homeport::security {
namespace {

using base::ErrorCode;
using std::chrono::seconds;

class Tokens : public ::testing::Test {
 protected:
  void SetUp() override { keyring_ = Keyring::open(directory()).value(); }
  std::filesystem::path directory() const { return folder_.path() / "secrets"; }

  testing::TemporaryDirectory folder_;
  std::unique_ptr<Keyring> keyring_;
  const base::TimePoint now_{std::chrono::hours(480'000)};
  const RunIdentity run_{"ws1", "exp_1700000000_abc", "exp"};
};

unsigned mode_of(const std::filesystem::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0U;
}

TEST_F(Tokens, FilesAreTheOwnersAlone) {
  EXPECT_EQ(mode_of(directory()), 0700U);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory())) {
    EXPECT_EQ(mode_of(entry.path()), 0600U) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 5);
}

TEST_F(Tokens, KeysStayTheSameOverARestart) {
  const Secret token = keyring_->issue_run_token(run_, now_, seconds(60));
  const std::string sealed = keyring_->encrypt(Secret("hunter2"));
  const auto again = Keyring::open(directory()).value();
  EXPECT_EQ(again->owner_token().reveal(), keyring_->owner_token().reveal());
  EXPECT_EQ(again->metrics_token().reveal(), keyring_->metrics_token().reveal());
  EXPECT_TRUE(again->verify_bearer(token.reveal(), now_).has_value());
  EXPECT_EQ(again->decrypt(sealed).value().reveal(), "hunter2");
}

TEST_F(Tokens, KeyReadableByOthersIsRefused) {
  std::filesystem::permissions(directory() / "signing-key", std::filesystem::perms(0644));
  EXPECT_EQ(Keyring::open(directory()).error().code, ErrorCode::PermissionDenied);
}

TEST_F(Tokens, DamagedKeyIsAnError) {
  ASSERT_TRUE(base::write_file_durably(directory() / "sealing-key", "abc", 0600).has_value());
  EXPECT_EQ(Keyring::open(directory()).error().code, ErrorCode::Internal);
}

TEST_F(Tokens, MonitorIsKnownAndIsNobodyElse) {
  const auto monitor = keyring_->verify_bearer(keyring_->metrics_token().reveal(), now_);
  EXPECT_TRUE(std::holds_alternative<Monitor>(monitor.value()));
  EXPECT_NE(keyring_->metrics_token().reveal(), keyring_->owner_token().reveal());
}

TEST_F(Tokens, OwnerAndRunAreKnown) {
  const auto owner = keyring_->verify_bearer(keyring_->owner_token().reveal(), now_);
  EXPECT_TRUE(std::holds_alternative<Owner>(owner.value()));
  const Secret token = keyring_->issue_run_token(run_, now_, seconds(60));
  const auto bearer = keyring_->verify_bearer(token.reveal(), now_ + seconds(59));
  const auto& run = std::get<RunIdentity>(bearer.value());
  EXPECT_EQ(run.run_id, run_.run_id);
  EXPECT_EQ(run.workspace_id, run_.workspace_id);
  EXPECT_EQ(run.experiment_name, run_.experiment_name);
}

TEST_F(Tokens, ExpiredIsRefused) {
  const Secret token = keyring_->issue_run_token(run_, now_, seconds(60));
  const auto late = keyring_->verify_bearer(token.reveal(), now_ + seconds(60));
  EXPECT_EQ(late.error().code, ErrorCode::Unauthenticated);
}

TEST_F(Tokens, AnyChangedCharacterIsRefused) {
  const std::string token = keyring_->issue_run_token(run_, now_, seconds(60)).reveal();
  for (size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(keyring_->verify_bearer(changed, now_).has_error()) << "at " << at;
  }
}

TEST_F(Tokens, WrongTokensAreRefused) {
  const std::string none = base::base64url_encode(R"({"alg":"none"})") + "." +
                           base::base64url_encode(R"({"iss":"homeport","exp":9999999999})") + ".";
  const std::string owner = keyring_->owner_token().reveal();
  for (const std::string& token :
       {std::string(), std::string("x"), std::string("."), std::string("a.b.c"), none, owner + "0",
        owner.substr(1), "a." + keyring_->sign("a")}) {
    const auto bearer = keyring_->verify_bearer(token, now_);
    ASSERT_TRUE(bearer.has_error()) << token;
    EXPECT_EQ(bearer.error().code, ErrorCode::Unauthenticated);
  }
}

TEST_F(Tokens, WhoSignedInAsTheServicePrincipalIsTheOwner) {
  const auto again = Keyring::open(directory()).value();
  const ServicePrincipal& self = keyring_->service_principal();
  EXPECT_EQ(again->service_principal().tenant_id, self.tenant_id);
  EXPECT_EQ(again->service_principal().client_secret.reveal(), self.client_secret.reveal());
  const std::string token =
      keyring_->issue_access_token("https://sts.example/", "https://x/", now_, seconds(60))
          .reveal();
  const auto bearer = again->verify_bearer(token, now_ + seconds(59));
  ASSERT_TRUE(bearer.has_value()) << bearer.error().message;
  EXPECT_EQ(std::get<Owner>(bearer.value()).client_id, self.client_id);
  EXPECT_EQ(purpose_of(token).audience, "https://x/");
  EXPECT_EQ(purpose_of(token).issuer, "https://sts.example/");
  EXPECT_EQ(purpose_of(keyring_->issue_run_token(run_, now_, seconds(60)).reveal()).audience, "");
  EXPECT_EQ(purpose_of(keyring_->owner_token().reveal()).audience, "");
  const auto late = keyring_->verify_bearer(token, now_ + seconds(60));
  ASSERT_TRUE(late.has_error());
  EXPECT_NE(late.error().message.find("expired"), std::string::npos);
  for (size_t at = 0; at < token.size(); at += 7) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_TRUE(keyring_->verify_bearer(changed, now_).has_error()) << "at " << at;
  }
  // Another application's, after this one was replaced.
  std::filesystem::remove(directory() / "service-principal.json");
  EXPECT_TRUE(Keyring::open(directory()).value()->verify_bearer(token, now_).has_error());
}

TEST_F(Tokens, ADamagedServicePrincipalIsAnError) {
  for (const char* text : {"", "{}", "[1]", R"({"tenantId":"t","clientId":"c"})"}) {
    ASSERT_TRUE(
        base::write_file_durably(directory() / "service-principal.json", text, 0600).has_value());
    EXPECT_EQ(Keyring::open(directory()).error().code, ErrorCode::Internal) << text;
  }
}

TEST_F(Tokens, AnotherHomeportsTokenIsRefused) {
  const auto other = Keyring::open(folder_.path() / "other").value();
  const Secret token = other->issue_run_token(run_, now_, seconds(60));
  EXPECT_TRUE(keyring_->verify_bearer(token.reveal(), now_).has_error());
}

TEST_F(Tokens, SealedTextHidesAndCannotBeChanged) {
  const std::string sealed = keyring_->encrypt(Secret("account key"));
  EXPECT_NE(sealed, keyring_->encrypt(Secret("account key")));
  std::string raw = base::base64_decode(sealed).value();
  EXPECT_EQ(raw.find("account key"), std::string::npos);
  for (size_t at = 0; at < raw.size(); ++at) {
    std::string changed = raw;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_EQ(keyring_->decrypt(base::base64_encode(changed)).error().code, ErrorCode::Internal);
  }
  EXPECT_EQ(keyring_->decrypt(keyring_->encrypt(Secret())).value().reveal(), "");
  EXPECT_TRUE(keyring_->decrypt("").has_error());
}

TEST(Digest, KnownAnswers) {
  EXPECT_EQ(base::to_hex(md5("abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(base::to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test case 2.
  EXPECT_EQ(base::to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_TRUE(equal_in_constant_time("ab", "ab"));
  EXPECT_FALSE(equal_in_constant_time("ab", "abc"));
  EXPECT_FALSE(equal_in_constant_time("ab", "aB"));
}

}  // namespace
}  // namespace homeport::security
