#include "api/storage/resource.hpp"

#include "base/text.hpp"
#include "objects/shares.hpp"

namespace homeport::api::storage {
namespace {

std::string_view host_mark(Service service) {
  return service == Service::Blob ? ".blob." : ".file.";
}

// Takes the first segment and the slashes around it off `path`.
std::string_view take_segment(std::string_view& path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  const size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

// The account of a path-style URL; nullopt if it speaks of the other service.
std::optional<std::string> take_account(std::string_view& path, Service service) {
  auto account = base::percent_decode(take_segment(path));
  if (!account) return std::nullopt;
  const bool share = account->ends_with(objects::kShareSuffix);
  if (share != (service == Service::Files)) return std::nullopt;
  if (share) account->resize(account->size() - objects::kShareSuffix.size());
  return account;
}

}  // namespace

std::optional<std::string> account_of_host(std::string_view host, Service service) {
  const size_t mark = host.find(host_mark(service));
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

std::optional<Resource> parse_resource(std::string_view target, std::string_view host,
                                       Service service) {
  // A proxy's absolute form: only its path says something here.
  std::string origin_form(target);
  if (!target.starts_with('/')) {
    const auto url = parse_source_url(target);
    if (!url) return std::nullopt;
    origin_form = url->target;
  }
  Resource resource;
  resource.service = service;
  std::string_view path = origin_form;
  if (const size_t mark = path.find('?'); mark != std::string_view::npos) {
    resource.raw_query = path.substr(mark + 1);
    path = path.substr(0, mark);
  }
  resource.wire_path = path;
  const auto host_account = account_of_host(host, service);
  const auto account = host_account ? host_account : take_account(path, service);
  const auto container = base::percent_decode(take_segment(path));
  if (path.starts_with('/')) path.remove_prefix(1);
  const auto name = base::percent_decode(path);
  if (!account || !container || !name) return std::nullopt;
  resource.account = *account;
  resource.container = *container;
  resource.name = *name;
  return resource;
}

std::string service_endpoint(const http::Request& request, const Resource& resource) {
  std::string endpoint = request.origin() + "/";
  if (account_of_host(request.host, resource.service)) return endpoint;
  endpoint += resource.service == Service::Files ? objects::share_account(resource.account)
                                                 : resource.account;
  return endpoint + "/";
}

}  // namespace homeport::api::storage
