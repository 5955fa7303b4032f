#pragma once

#include "api/gateway/gateway.hpp"
#include "security/certificates.hpp"
#include "server_fixture.hpp"

namespace homeport::testing {

/// A server that is a gateway; it may go to this machine's loopback, where the tests' other hosts
/// are. Its only storage account is "known", its only token "good".
class GatewayTest : public ServerTest {
 protected:
  void SetUp() override {
    gateway_options_.addresses = api::gateway::AddressRules::parse({"127.0.0.1"}).value();
    authority_ = security::CertificateAuthority::open(folder_.path() / "ca").value();
    options_.authority = authority_.get();
    router_.add("GET", "/where",
                [](const api::http::Request& request, const api::http::PathParameters&) {
                  return api::http::text_response(200, "text/plain",
                                                  request.origin() + " by " + request.gateway_name);
                });
  }

  void start_gateway() {
    gateway_ = std::make_unique<api::gateway::Gateway>(
        gateway_options_,
        api::gateway::GatewayParts{[](std::string_view account) { return account == "known"; },
                                   [](std::string_view token) { return token == "good"; }});
    options_.proxy = gateway_.get();
    start();
  }

  static std::string connect_to(const std::string& authority, const std::string& headers = {}) {
    return "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n" + headers + "\r\n";
  }
  RawResponse refusal_of(const std::string& authority, const std::string& headers = {}) const {
    return exchange(port(), connect_to(authority, headers));
  }

  api::gateway::GatewayOptions gateway_options_;
  std::unique_ptr<security::CertificateAuthority> authority_;
  std::unique_ptr<api::gateway::Gateway> gateway_;
};

}  // namespace homeport::testing
