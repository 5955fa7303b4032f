#include <fcntl.h>
#include <gtest/gtest.h>

#include <future>

#include "api/http/client.hpp"
#include "raw_client.hpp"
#include "security/certificates.hpp"
#include "security/given_certificate.hpp"
#include "security/x509.hpp"
#include "server_fixture.hpp"

namespace homeport::api::http {
namespace {

using testing::RawClient;

class HttpServerTls : public testing::ServerTest {
 protected:
  void SetUp() override {
    authority_ = security::CertificateAuthority::open(folder_.path() / "ca").value();
    options_.authority = authority_.get();
    trusting_.ca_certificates = authority_->certificate();
    router_.add("GET", "/scheme", [](const Request& request, const PathParameters&) {
      return text_response(200, "text/plain", request.origin());
    });
  }
  std::string url(const std::string& scheme, const std::string& host,
                  const std::string& target) const {
    return scheme + "://" + host + ":" + std::to_string(port()) + target;
  }

  std::unique_ptr<security::CertificateAuthority> authority_;
  ClientOptions trusting_;
};

TEST_F(HttpServerTls, OnePortServesBoth) {
  start();
  Client client(trusting_);
  for (const char* scheme : {"http", "https", "http", "https"}) {
    const auto response = client.send({"GET", url(scheme, "127.0.0.1", "/scheme")});
    ASSERT_TRUE(response.has_value()) << response.error().message;
    EXPECT_EQ(response.value().body, url(scheme, "127.0.0.1", ""));
  }
}

TEST_F(HttpServerTls, TheNameThatTheClientAsksForPicksTheCertificate) {
  start();
  Client client(trusting_);
  // localhost is checked by name against a leaf other than the address's.
  EXPECT_TRUE(client.send({"GET", url("https", "localhost", "/scheme")}).has_value());
  EXPECT_TRUE(client.send({"GET", url("https", "127.0.0.1", "/scheme")}).has_value());
}

TEST_F(HttpServerTls, AGivenCertificateAnswersForItsNamesAndOursForTheRest) {
  const auto ca_key = security::make_private_key().value();
  const auto ca = security::make_ca_certificate(
      ca_key.get(), {"DNS:example.org", "IP:127.0.0.2/255.255.255.255"});
  const auto key = security::make_private_key().value();
  const auto leaf = security::make_leaf_certificate(key.get(), "DNS:example.org,IP:127.0.0.2",
                                                    ca.value().get(), ca_key.get());
  const auto certificate_path = folder_.path() / "cert.pem";
  const auto key_path = folder_.path() / "key.pem";
  ASSERT_TRUE(
      base::write_file_durably(certificate_path, security::to_pem(leaf.value().get())).has_value());
  ASSERT_TRUE(base::write_file_durably(key_path, security::to_pem(key.get()), 0600).has_value());
  const auto given =
      security::GivenCertificate::read(certificate_path, key_path, base::SystemClock().wall());
  ASSERT_TRUE(given.has_value()) << given.error().message;
  options_.certificate = given.value().get();
  options_.listen = {"0.0.0.0:0"};
  start();
  ClientOptions trusting_theirs;
  trusting_theirs.ca_certificates = security::to_pem(ca.value().get());
  Client ours(trusting_);
  Client theirs(trusting_theirs);
  EXPECT_TRUE(theirs.send({"GET", url("https", "127.0.0.2", "/scheme")}).has_value());
  EXPECT_TRUE(ours.send({"GET", url("https", "127.0.0.1", "/scheme")}).has_value());
  EXPECT_TRUE(ours.send({"GET", url("https", "localhost", "/scheme")}).has_value());
  for (const auto& refused : {ours.send({"GET", url("https", "127.0.0.2", "/scheme")}),
                              theirs.send({"GET", url("https", "localhost", "/scheme")})}) {
    ASSERT_TRUE(refused.has_error());
    EXPECT_EQ(refused.error().reason, "CertificateRefused");
  }
}

TEST_F(HttpServerTls, StrangersCertificateIsRefusedByOurClient) {
  start();
  const auto other = security::CertificateAuthority::open(folder_.path() / "other").value();
  for (const std::string& pem : {std::string(), other->certificate()}) {
    ClientOptions options;
    options.ca_certificates = pem;
    const auto response = Client(options).send({"GET", url("https", "127.0.0.1", "/scheme")});
    ASSERT_TRUE(response.has_error());
    EXPECT_EQ(response.error().reason, "CertificateRefused");
  }
}

TEST_F(HttpServerTls, LargeBodiesGoBothWays) {
  add_echo();
  const std::string content(4'000'000, 'q');
  const auto path = folder_.path() / "blob";
  ASSERT_TRUE(base::write_file_durably(path, content).has_value());
  const auto file =
      std::make_shared<base::FileDescriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  router_.add("GET", "/file", [&](const Request&, const PathParameters&) {
    return Response{206, {}, FileBody{file, 5, 3'999'990}};
  });
  start();
  Client client(trusting_);
  const auto echoed = client.send({"POST", url("https", "127.0.0.1", "/echo"), {}, content});
  ASSERT_TRUE(echoed.has_value()) << echoed.error().message;
  EXPECT_TRUE(echoed.value().body == content);
  const auto part = client.send({"GET", url("https", "127.0.0.1", "/file")});
  EXPECT_TRUE(part.value().body == content.substr(5, 3'999'990));
}

TEST_F(HttpServerTls, HalfAHandshakeHoldsNobodyUp) {
  options_.read_timeout = std::chrono::milliseconds(100);
  start();
  RawClient half(port());
  half.send("\x16\x03\x01");
  RawClient garbage(port());
  garbage.send("\x16garbage that is no handshake at all, whatever its first byte says");
  EXPECT_TRUE(Client(trusting_).send({"GET", url("https", "127.0.0.1", "/scheme")}).has_value());
  half.read_all();
  garbage.read_all();
  server_->stop(std::chrono::seconds(5));
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(HttpServerTls, StopEndsIdleConnections) {
  start();
  Client client(trusting_);
  ASSERT_TRUE(client.send({"GET", url("https", "127.0.0.1", "/scheme")}).has_value());
  RawClient silent(port());
  const auto start = std::chrono::steady_clock::now();
  server_->stop(std::chrono::seconds(20));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_EQ(server_->connections(), 0U);
}

}  // namespace
}  // namespace homeport::api::http
