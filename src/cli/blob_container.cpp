#include "cli/blob_container.hpp"

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/blob_listing.hpp"
#include "cli/shared_key.hpp"

namespace homeport::cli {
namespace {

constexpr std::string_view kVersion = "2019-02-02";

base::Error error_of(const HttpAnswer& answer, const std::string& what) {
  const std::string reason(answer.headers.get("x-ms-error-code"));
  const std::string text = "the storage answered " + std::to_string(answer.status) +
                           (reason.empty() ? "" : " (" + reason + ")") + " to " + what;
  switch (answer.status) {
    case 404:
      return base::not_found(reason.empty() ? "BlobNotFound" : reason,
                             "the datastore has no " + what.substr(what.find(' ') + 1));
    case 403:
    case 401:
      return base::permission_denied(text);
    case 507:
    case 413:
      return {base::ErrorCode::ResourceExhausted, text, {}, reason, {}};
    default:
      return base::internal(text);
  }
}

bool is_own_address(const std::string& endpoint) {
  return endpoint.find(':') != std::string::npos || endpoint == "localhost" ||
         endpoint.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace

std::string container_url(const std::string& protocol, const std::string& endpoint,
                          const std::string& account, const std::string& container) {
  return is_own_address(endpoint)
             ? protocol + "://" + endpoint + "/" + account + "/" + container
             : protocol + "://" + account + ".blob." + endpoint + "/" + container;
}

base::Result<HttpAnswer> BlobContainer::send(std::string method, const std::string& name,
                                             const std::string& query, std::string body,
                                             api::http::Headers headers) const {
  HttpCall call{std::move(method), url_, std::move(headers), std::move(body)};
  if (!name.empty()) {
    call.url += "/" + base::percent_encode(name, "/");
  }
  call.url += query.empty() ? "" : "?" + query;
  call.headers.set("x-ms-date", base::to_http_date(base::SystemClock().wall()));
  call.headers.set("x-ms-version", std::string(kVersion));
  if (!call.body.empty()) {
    call.headers.set("Content-Type", "application/octet-stream");
  }
  call.headers.set("Authorization", shared_key_authorization(account_, key_, call.method, call.url,
                                                             call.headers, call.body.size()));
  const std::string what = call.method + " " + (name.empty() ? url_ : name);
  HP_TRY(HttpAnswer answer, transport_.send(call));
  if (answer.status >= 400) {
    return error_of(answer, what);
  }
  return answer;
}

base::Result<std::vector<BlobItem>> BlobContainer::list(const std::string& prefix,
                                                        const std::string& delimiter) const {
  std::vector<BlobItem> items;
  std::string marker;
  do {
    std::string query = "restype=container&comp=list";
    query += prefix.empty() ? "" : "&prefix=" + base::percent_encode(prefix);
    query += delimiter.empty() ? "" : "&delimiter=" + base::percent_encode(delimiter);
    query += marker.empty() ? "" : "&marker=" + base::percent_encode(marker);
    HP_TRY(const HttpAnswer answer, send("GET", "", query, {}, {}));
    BlobPage page = parse_blob_page(answer.body);
    items.insert(items.end(), page.items.begin(), page.items.end());
    marker = page.next_marker;
  } while (!marker.empty());
  return items;
}

base::Result<BlobItem> BlobContainer::find(const std::string& name) const {
  HP_TRY(const HttpAnswer answer, send("HEAD", name, "", {}, {}));
  const auto size = base::parse_integer(answer.headers.get("Content-Length"));
  return BlobItem{name, static_cast<uint64_t>(size.value_or(0)),
                  std::string(answer.headers.get("Last-Modified")), false};
}

base::Result<void> BlobContainer::put(const std::string& name, std::string content) const {
  api::http::Headers headers;
  headers.set("x-ms-blob-type", "BlockBlob");
  HP_TRYV(send("PUT", name, "", std::move(content), std::move(headers)));
  return base::success();
}

base::Result<void> BlobContainer::put_block(const std::string& name, const std::string& block_id,
                                            std::string content) const {
  HP_TRYV(send("PUT", name, "comp=block&blockid=" + base::percent_encode(block_id),
               std::move(content), {}));
  return base::success();
}

base::Result<void> BlobContainer::put_block_list(const std::string& name,
                                                 const std::vector<std::string>& block_ids) const {
  std::string body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>";
  for (const std::string& id : block_ids) {
    body += "<Latest>" + xml_escape(id) + "</Latest>";
  }
  HP_TRYV(send("PUT", name, "comp=blocklist", body + "</BlockList>", {}));
  return base::success();
}

base::Result<std::string> BlobContainer::read(const std::string& name, uint64_t offset,
                                              uint64_t length) const {
  if (length == 0) {
    return std::string();
  }
  api::http::Headers headers;
  headers.set("Range",
              "bytes=" + std::to_string(offset) + "-" + std::to_string(offset + length - 1));
  HP_TRY(HttpAnswer answer, send("GET", name, "", {}, std::move(headers)));
  if (answer.status == 200) {
    return offset == 0 ? answer.body.substr(0, length)
                       : base::Result<std::string>(base::internal("the storage ignores ranges"));
  }
  return std::move(answer.body);
}

}  // namespace homeport::cli
