#include "api/batchai/volumes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/batchai/variables.hpp"
#include "base/expand.hpp"
#include "base/text.hpp"
#include "objects/shares.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

constexpr size_t kLongestSegment = 255;  // of a path on a node

/// The parts of a path without the empty ones and "."; nullopt if it climbs.
std::optional<std::vector<std::string>> plain_parts(std::string_view path) {
  std::vector<std::string> parts;
  for (std::string& part : base::split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") return std::nullopt;
    parts.push_back(std::move(part));
  }
  return parts;
}

base::Result<std::string> mount_path(const json::object& entry, const std::string& at,
                                     const std::vector<domain::Volume>& before) {
  const std::string given = text_at(entry, "relativeMountPath");
  const auto parts = plain_parts(given);
  const std::string field = at + ".relativeMountPath";
  if (!parts || parts->empty() || given.starts_with('/')) {
    return wrong_field(field, fmt::format("must be a path below the mount root, not '{}'", given));
  }
  for (const std::string& part : *parts) {
    if (part.size() > kLongestSegment) {
      return wrong_field(field, fmt::format("holds a name of more than {} bytes", kLongestSegment));
    }
  }
  std::string path = base::join(*parts, "/");
  for (const domain::Volume& volume : before) {
    const std::string& taken = volume.relative_path;
    if ((path + "/").starts_with(taken + "/") || (taken + "/").starts_with(path + "/")) {
      return wrong_field(
          field, fmt::format("is '{}', and another volume is mounted at '{}'", path, taken));
    }
  }
  return path;
}

base::Result<std::string> sealed_key(const Conformed& body, const std::string& at,
                                     const security::Keyring& keyring) {
  const auto key = body.secrets.find(at + ".credentials.accountKey");
  if (key == body.secrets.end()) {
    return wrong_field(at + ".credentials.accountKey", "must be given");
  }
  return keyring.encrypt(key->second);
}

/// The share of "https://ACCOUNT.file.core.windows.net/SHARE", or of "http://HOST/ACCOUNT/SHARE" as
/// a server's own address has it.
base::Result<std::string> share_of(const std::string& url, const std::string& account,
                                   const std::string& at) {
  const std::string field = at + ".azureFileUrl";
  const size_t scheme = url.find("://");
  const size_t slash = scheme == std::string::npos ? scheme : url.find('/', scheme + 3);
  const auto parts = slash == std::string::npos ? std::nullopt : plain_parts(url.substr(slash));
  if (!parts) return wrong_field(field, fmt::format("must be the URL of a share, not '{}'", url));
  const std::string host = base::to_lower(url.substr(scheme + 3, slash - scheme - 3));
  const bool by_name = host.starts_with(base::to_lower(account) + ".") && parts->size() == 1;
  const bool by_path = parts->size() == 2 && base::equals_ignoring_case(parts->front(), account);
  if (by_name || by_path) return parts->back();
  return wrong_field(field, fmt::format("must name a share of the account '{}', as "
                                        "https://{}.file.core.windows.net/SHARE does, and is '{}'",
                                        account, account, url));
}

class VolumeReader {
 public:
  VolumeReader(const Conformed& body, const security::Keyring& keyring)
      : body_(body), keyring_(keyring) {}

  base::Result<void> add(domain::VolumeKind kind, const json::object& entry,
                         const std::string& at) {
    domain::Volume volume;
    volume.kind = kind;
    HP_TRY(volume.relative_path, mount_path(entry, at, volumes));
    volume.account = text_at(entry, "accountName");
    volume.container = text_at(entry, "containerName");
    volume.command = text_at(entry, "mountCommand");
    if (kind == domain::VolumeKind::Share) {
      HP_TRY(volume.container, share_of(text_at(entry, "azureFileUrl"), volume.account, at));
    }
    if (kind != domain::VolumeKind::Command) {
      HP_TRY(volume.sealed_key, sealed_key(body_, at, keyring_));
    }
    volumes.push_back(std::move(volume));
    return base::success();
  }

  std::vector<domain::Volume> volumes;

 private:
  const Conformed& body_;
  const security::Keyring& keyring_;
};

constexpr std::pair<const char*, domain::VolumeKind> kLists[] = {
    {"azureFileShares", domain::VolumeKind::Share},
    {"azureBlobFileSystems", domain::VolumeKind::Container},
    {"unmanagedFileSystems", domain::VolumeKind::Command}};

/// The volume that `parts` lead into, and how many of them it takes.
std::pair<const domain::Volume*, size_t> volume_at(const std::vector<std::string>& parts,
                                                   const std::vector<domain::Volume>& volumes) {
  std::pair<const domain::Volume*, size_t> best{nullptr, 0};
  for (const domain::Volume& volume : volumes) {
    const std::vector<std::string> own = base::split(volume.relative_path, '/');
    const bool inside =
        own.size() <= parts.size() && std::equal(own.begin(), own.end(), parts.begin());
    if (inside && own.size() > best.second) best = {&volume, own.size()};
  }
  return best;
}

}  // namespace

base::Result<std::vector<domain::Volume>> parse_volumes(const json::object& owner,
                                                        const std::string& path,
                                                        const Conformed& body,
                                                        const security::Keyring& keyring) {
  VolumeReader reader(body, keyring);
  const json::value* mounts = owner.if_contains("mountVolumes");
  if (mounts == nullptr) return std::move(reader.volumes);
  for (const auto& [list, kind] : kLists) {
    const json::value* entries = mounts->as_object().if_contains(list);
    if (entries == nullptr) continue;
    for (size_t i = 0; i < entries->as_array().size(); ++i) {
      HP_TRYV(reader.add(kind, entries->as_array()[i].as_object(),
                         fmt::format("{}.mountVolumes.{}[{}]", path, list, i)));
    }
  }
  return std::move(reader.volumes);
}

std::optional<domain::FilePlace> place_of(std::string_view path, const MountRoots& roots) {
  // Roots that no path of a real node begins with.
  static const std::string kJobRoot = "\001job";
  static const std::string kClusterRoot = "\001cluster";
  const std::string expanded = base::expand_variables(
      std::string(path),
      base::Variables{{variable::kJobMountRoot, kJobRoot}, {variable::kMountRoot, kClusterRoot}});
  auto parts = plain_parts(expanded);
  if (!parts || parts->empty()) return std::nullopt;
  const bool of_job = parts->front() == kJobRoot;
  if (!of_job && parts->front() != kClusterRoot) return std::nullopt;
  parts->erase(parts->begin());
  const auto [volume, taken] = volume_at(*parts, of_job ? roots.of_job : roots.of_cluster);
  if (volume == nullptr || volume->kind == domain::VolumeKind::Command) return std::nullopt;
  const bool share = volume->kind == domain::VolumeKind::Share;
  parts->erase(parts->begin(), parts->begin() + static_cast<std::ptrdiff_t>(taken));
  return domain::FilePlace{share ? objects::share_account(volume->account) : volume->account,
                           volume->container, base::join(*parts, "/")};
}

domain::FilePlace below(domain::FilePlace place, std::string_view path) {
  if (!place.path.empty() && !path.empty()) place.path += '/';
  place.path += path;
  return place;
}

}  // namespace homeport::api::batchai
