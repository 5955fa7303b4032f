#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/storage/blob/blob_service.hpp"
#include "api/storage/files/file_service.hpp"
#include "api/storage/resource.hpp"
#include "api/storage/shared_key.hpp"
#include "base/text.hpp"
#include "fake_clock.hpp"
#include "objects/local_object_store.hpp"
#include "temporary_directory.hpp"

namespace homeport::testing {

/// Accounts "acct" and "other" with known keys: the bytes 0 to 63, and 64 times 'k'.
class TwoKeys final : public api::storage::AccountKeys {
 public:
  base::Result<security::Secret> key(std::string_view account) const override {
    if (account == "acct") {
      std::string bytes;
      for (int i = 0; i < 64; ++i) bytes += static_cast<char>(i);
      return security::Secret(base::base64_encode(bytes));
    }
    if (account == "other") return security::Secret(base::base64_encode(std::string(64, 'k')));
    return base::not_found("ResourceNotFound", "no such account");
  }
};

using Fields = std::vector<std::pair<std::string, std::string>>;

/// The dialect over a real store with one container, "data" of "acct". Time stands at
/// 2023-11-14T22:13:20Z.
class ServiceFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    store = objects::LocalObjectStore::open(directory.path() / "objects", clock).value();
    ASSERT_TRUE(store->create_container({"acct", "data"}, {}).has_value());
    share_store = shares::ShareStore::open(directory.path() / "objects", clock).value();
    sources = std::make_unique<api::storage::CopySources>(*store, *share_store, access());
    service = std::make_unique<api::storage::blob::BlobService>(
        api::storage::blob::BlobServiceParts{*store, access(), *sources});
    files = std::make_unique<api::storage::files::FileService>(
        api::storage::files::FileServiceParts{*store, *share_store, access(), *sources});
  }

  /// The bearers are "owner" and "run", a run of a workspace whose account is "acct".
  api::storage::Access access() const {
    return {
        keys, clock,
        [](std::string_view token) -> base::Result<security::Principal> {
          if (token == "owner") return security::Principal(security::Owner{});
          if (token == "run") {
            return security::Principal(security::RunIdentity{"ws1", "r", "e"});
          }
          return base::Error{base::ErrorCode::Unauthenticated, "no"};
        },
        [](const security::RunIdentity& run, const api::storage::Resource& asked) -> std::string {
          if (run.workspace_id != "ws1" || asked.account != "acct") return "";
          return asked.container == "readonly" ? "rl" : api::storage::kAllPermissions;
        }};
  }

  /// A request as the server hands it over: the target taken apart, the query decoded.
  static api::http::Request request(const std::string& method, const std::string& target,
                                    const Fields& headers = {}, const std::string& body = "") {
    api::http::Request result;
    result.method = method;
    result.target = target;
    result.scheme = "http";
    result.host = "127.0.0.1:8700";
    result.remote_address = "127.0.0.1";
    const size_t mark = std::min(target.find('?'), target.size());
    result.path = target.substr(0, mark);
    for (const std::string& part :
         base::split(target.substr(std::min(mark + 1, target.size())), '&')) {
      if (part.empty()) continue;
      const size_t equals = std::min(part.find('='), part.size());
      std::string value = equals < part.size() ? part.substr(equals + 1) : "";
      std::replace(value.begin(), value.end(), '+', ' ');
      result.query.emplace_back(part.substr(0, equals), base::percent_decode(value).value());
    }
    result.headers.add("x-ms-version", "2021-12-02");
    for (const auto& [name, value] : headers) result.headers.add(name, value);
    if (method == "PUT") result.headers.set("Content-Length", std::to_string(body.size()));
    result.body.text = body;
    result.body.size = body.size();
    return result;
  }

  /// Adds a date and SharedKey signature of the account that the URL names.
  void sign(api::http::Request& unsigned_request, const std::string& with_key_of = "") {
    unsigned_request.headers.set("x-ms-date", base::to_http_date(clock.wall()));
    const auto resource =
        *api::storage::parse_resource(unsigned_request.target, unsigned_request.host, service_kind);
    const auto key = keys.key(with_key_of.empty() ? resource.account : with_key_of).value();
    const auto signature = api::storage::sign_with_account_key(
        key, api::storage::string_to_sign(unsigned_request, resource, {}));
    unsigned_request.headers.set("Authorization",
                                 "SharedKey " + resource.account + ":" + signature.value());
  }

  /// Sends with the account's key.
  api::http::Response send(const std::string& method, const std::string& target,
                           const Fields& headers = {}, const std::string& body = "") {
    api::http::Request result = request(method, target, headers, body);
    sign(result);
    return service_kind == api::storage::Service::Blob ? service->handle(result)
                                                       : files->handle(result);
  }

  api::http::Response put_blob(const std::string& name, const std::string& text,
                               Fields headers = {}) {
    headers.emplace_back("x-ms-blob-type", "BlockBlob");
    return send("PUT", "/acct/data/" + name, headers, text);
  }

  /// The bytes of an answer.
  static std::string body(const api::http::Response& response) {
    if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
    const auto& file = std::get<api::http::FileBody>(response.body);
    std::string text(file.length, '\0');
    const ssize_t got =
        ::pread(file.file->get(), text.data(), text.size(), static_cast<off_t>(file.offset));
    text.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
    return text;
  }

  static std::string header(const api::http::Response& response, const std::string& name) {
    return std::string(response.headers.get(name));
  }

  /// "404 BlobNotFound", or "200 " where there is no error.
  static std::string outcome(const api::http::Response& response) {
    return std::to_string(response.status) + " " + header(response, "x-ms-error-code");
  }

  TemporaryDirectory directory;
  FakeClock clock;
  TwoKeys keys;
  std::unique_ptr<objects::ObjectStore> store;
  std::unique_ptr<shares::ShareStore> share_store;
  std::unique_ptr<api::storage::CopySources> sources;
  std::unique_ptr<api::storage::blob::BlobService> service;
  std::unique_ptr<api::storage::files::FileService> files;
  api::storage::Service service_kind = api::storage::Service::Blob;
};

}  // namespace homeport::testing
