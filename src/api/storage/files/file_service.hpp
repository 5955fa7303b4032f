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
#include "shares/share_store.hpp"

namespace homeport::api::storage::files {

/// What the dialect needs from the rest of the server; everything is borrowed and outlives it.
struct FileServiceParts {
  objects::ObjectStore& store;  ///< makes, lists and removes them, under share_account
  shares::ShareStore& entries;
  Access access;
  const CopySources& sources;
  ChangeObserver changed{};  ///< null: nobody is told
};

/// The Files dialect (Azure Files over REST): shares, directories, files and their ranges, with
/// SharedKey, SAS and bearer tokens. What is not built answers 501 NotImplemented with the
/// operation's name. Errors are the dialect's XML with x-ms-error-code. Immutable; any thread;
/// requests block on the disk.
class FileService {
 public:
  explicit FileService(FileServiceParts parts) : parts_(std::move(parts)) {}

  /// Whether the request is for the shares of a storage account of ours: by its Host header
  /// (ACCOUNT.file.ANYTHING), or path style (http://HOST/ACCOUNT.file/SHARE/PATH).
  bool serves(const http::Request& request) const;

  http::Response handle(const http::Request& request) const;

  /// Looks at the head of a request whose body is still to come: the refusal, or nullopt if the
  /// body is wanted.
  std::optional<http::Response> admit(const http::Request& request) const;

  /// The query of a URL that lets its bearer do `permissions` ("rl") to one file, or to all of the
  /// share where `path` is empty, until `expiry`. NotFound for an account that is none of ours.
  base::Result<std::string> issue_sas(const std::string& account, const std::string& share,
                                      const std::string& path, const std::string& permissions,
                                      base::TimePoint expiry) const;

 private:
  FileServiceParts parts_;
};

}  // namespace homeport::api::storage::files
