#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.hpp"
#include "api/storage/account_change.hpp"
#include "api/storage/authorization.hpp"
#include "api/storage/copy_sources.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "objects/object_store.hpp"

namespace homeport::api::storage::blob {

/// The largest body that a Put Blob or Put Block may bring (5,000 MiB); the server spools it.
inline constexpr uint64_t kMaxBodyBytes = 5000ULL << 20;

/// What the dialect needs from the rest of the server; everything is borrowed and outlives it.
struct BlobServiceParts {
  objects::ObjectStore& store;
  Access access;
  const CopySources& sources;
  ChangeObserver changed{};  ///< null: nobody is told
};

/// The Blob dialect (REST, versions from 2012-02-12 on): SharedKey, SAS and bearer tokens;
/// containers, blobs, blocks, listings. What is not built answers 501 NotImplemented with the
/// operation's name. Errors are the dialect's XML with x-ms-error-code. Immutable; any thread;
/// requests block on the disk.
class BlobService {
 public:
  explicit BlobService(BlobServiceParts parts);
  ~BlobService();

  /// Whether the request is for a storage account of ours: path style
  /// (http://HOST/ACCOUNT/CONTAINER/BLOB) or by its Host header (ACCOUNT.blob.ANYTHING).
  bool serves(const http::Request& request) const;
  bool is_account(std::string_view name) const;

  http::Response handle(const http::Request& request) const;

  /// Looks at the head of a request whose body is still to come: the refusal, or nullopt if the
  /// body is wanted. So nobody without a right to write fills the disk.
  std::optional<http::Response> admit(const http::Request& request) const;

  /// The query of a URL ("sv=…&sig=…", no '?') that lets its bearer do `permissions` ("r", "cw") to
  /// one blob, or to every blob of the container where `blob` is empty, until `expiry`. NotFound
  /// for an account that is none of ours.
  base::Result<std::string> issue_sas(const std::string& account, const std::string& container,
                                      const std::string& blob, const std::string& permissions,
                                      base::TimePoint expiry) const;

 private:
  BlobServiceParts parts_;
};

}  // namespace homeport::api::storage::blob
