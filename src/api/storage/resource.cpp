#include "api/storage/resource.hpp"

#include "base/text.hpp"

namespace homeport::api::storage {
namespace {

constexpr std::string_view kHostMark = ".blob.";

// Takes the first segment and the slashes around it off `path`.
std::string_view take_segment(std::string_view& path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  const size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

}  // namespace

std::optional<std::string> account_of_host(std::string_view host) {
  const size_t mark = host.find(kHostMark);
  if (mark == std::string_view::npos || mark == 0) return std::nullopt;
  const std::string_view account = host.substr(0, mark);
  if (account.find('.') != std::string_view::npos) return std::nullopt;
  return base::to_lower(account);
}

std::optional<SourceUrl> parse_source_url(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const std::string_view rest = url.substr(scheme + 3);
  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return SourceUrl{std::string(rest.substr(0, slash)), std::string(rest.substr(slash))};
}

std::optional<Resource> parse_resource(std::string_view target, std::string_view host) {
  // A proxy's absolute form: only its path says something here.
  std::string origin_form(target);
  if (!target.starts_with('/')) {
    const auto url = parse_source_url(target);
    if (!url) return std::nullopt;
    origin_form = url->target;
  }
  Resource resource;
  std::string_view path = origin_form;
  if (const size_t mark = path.find('?'); mark != std::string_view::npos) {
    resource.raw_query = path.substr(mark + 1);
    path = path.substr(0, mark);
  }
  resource.wire_path = path;
  const auto host_account = account_of_host(host);
  const auto account = host_account ? host_account : base::percent_decode(take_segment(path));
  const auto container = base::percent_decode(take_segment(path));
  if (path.starts_with('/')) path.remove_prefix(1);
  const auto blob = base::percent_decode(path);
  if (!account || !container || !blob) return std::nullopt;
  resource.account = *account;
  resource.container = *container;
  resource.blob = *blob;
  return resource;
}

}  // namespace homeport::api::storage
