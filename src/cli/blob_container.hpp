#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/transport.hpp"
#include "security/secret.hpp"

namespace homeport::cli {

struct BlobItem {
  std::string name;
  uint64_t size = 0;
  std::string modified;    ///< as the service writes it
  bool is_folder = false;  ///< a common prefix; its name ends with '/'
};

/// A container of Blob storage and the key to it. Any thread.
class BlobContainer {
 public:
  BlobContainer(Transport& transport, std::string url, std::string account, security::Secret key)
      : transport_(transport),
        url_(std::move(url)),
        account_(std::move(account)),
        key_(std::move(key)) {}

  /// Blobs whose names begin with `prefix`, by name; with a delimiter "/" the folders one level
  /// down stand for what is in them.
  base::Result<std::vector<BlobItem>> list(const std::string& prefix,
                                           const std::string& delimiter) const;
  /// NotFound where there is no such blob.
  base::Result<BlobItem> find(const std::string& name) const;
  /// A whole blob in one request.
  base::Result<void> put(const std::string& name, std::string content) const;
  /// One piece of a blob to be; ids of one blob are equally long.
  base::Result<void> put_block(const std::string& name, const std::string& block_id,
                               std::string content) const;
  /// Makes the blob of its pieces.
  base::Result<void> put_block_list(const std::string& name,
                                    const std::vector<std::string>& block_ids) const;
  /// `length` bytes from `offset`; fewer at the end.
  base::Result<std::string> read(const std::string& name, uint64_t offset, uint64_t length) const;

 private:
  base::Result<HttpAnswer> send(std::string method, const std::string& name,
                                const std::string& query, std::string body,
                                api::http::Headers headers) const;

  Transport& transport_;
  std::string url_;  ///< of the container, without a final slash
  std::string account_;
  security::Secret key_;
};

/// The container's address: in path style where the endpoint is a server's own (it has a port, or
/// is an address or localhost), else on the account's host.
std::string container_url(const std::string& protocol, const std::string& endpoint,
                          const std::string& account, const std::string& container);

}  // namespace homeport::cli
