#include "service/volumes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/expand.hpp"
#include "base/text.hpp"
#include "objects/object_store.hpp"
#include "objects/shares.hpp"
#include "security/tokens.hpp"
#include "service/workspaces.hpp"

namespace homeport::service {
namespace {

using domain::Volume;
using domain::VolumeKind;

std::string title_of(const Volume& volume) {
  if (volume.kind == VolumeKind::Command) {
    return fmt::format("the file system at '{}'", volume.relative_path);
  }
  return fmt::format("{} '{}' of the storage account '{}'",
                     volume.kind == VolumeKind::Share ? "share" : "container", volume.container,
                     volume.account);
}

/// A busy ledger is no fault of the volume: that error stays what it is.
base::Error mount_failed(const std::string& title, const base::Error& cause,
                         const std::string& sentence) {
  const bool may_pass = cause.code == base::ErrorCode::Unavailable ||
                        cause.code == base::ErrorCode::ResourceExhausted;
  if (may_pass) return cause;
  base::Error error = cause;
  error.reason = engine::kMountFailed;
  error.message = fmt::format("{} cannot be mounted: {}", title, sentence);
  return error;
}

base::Result<void> check_key(const Context& context, const Volume& volume) {
  const auto known = storage_account_key(context, volume.account);
  if (known.has_error()) {
    return mount_failed(title_of(volume), known.error(), known.error().message);
  }
  const auto given = context.keyring.decrypt(volume.sealed_key);
  if (given.has_value() &&
      security::equal_in_constant_time(given.value().reveal(), known.value().reveal())) {
    return base::success();
  }
  return mount_failed(title_of(volume), base::permission_denied(""),
                      "the key that was given is not the account's");
}

base::Result<void> plan_store(const Context& context, const Volume& volume,
                              const std::filesystem::path& target, VolumePlan& plan) {
  HP_TRYV(check_key(context, volume));
  const bool share = volume.kind == VolumeKind::Share;
  const std::string account = share ? objects::share_account(volume.account) : volume.account;
  const auto source =
      context.objects.local_path({account, volume.container}, "", objects::Make::No);
  if (source.has_error()) {
    const bool missing = source.error().code == base::ErrorCode::NotFound;
    return mount_failed(title_of(volume), source.error(),
                        missing ? "it is not there" : source.error().message);
  }
  plan.mounts.push_back({source.value().string(), target.string(), false});
  return base::success();
}

void plan_command(const Volume& volume, const std::filesystem::path& target,
                  const std::filesystem::path& own, VolumePlan& plan) {
  plan.scratch.push_back({(own / volume.relative_path).string(), target.string(), false});
  engine::VolumeCommand& command = plan.commands.emplace_back();
  command.target = target.string();
  command.process.role = "mount";
  // The mount point as a word of its own, whatever is in its path.
  command.process.argv = {"/bin/bash", "-c", base::escape_variables(volume.command + " \"$0\""),
                          target.string()};
}

bool meet(const std::string& a, const std::string& b) {
  return (a + "/").starts_with(b + "/") || (b + "/").starts_with(a + "/");
}

}  // namespace

base::Result<void> check_relative_mount_path(const std::string& path, const std::string& field) {
  const std::vector<std::string> parts = base::split(path, '/');
  const bool plain = std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
    return !part.empty() && part != "." && part != ".." && part.find('\0') == std::string::npos;
  });
  if (plain) return base::success();
  return base::invalid_argument(
      field, fmt::format("'{}' is no relative path that stays below the mounts", path));
}

base::Result<void> plan_volumes(const Context& context, const std::vector<Volume>& volumes,
                                const std::filesystem::path& root, const std::filesystem::path& own,
                                VolumePlan& plan) {
  for (size_t i = 0; i < volumes.size(); ++i) {
    const Volume& volume = volumes[i];
    const auto checked = check_relative_mount_path(volume.relative_path, "relativeMountPath");
    if (checked.has_error()) {
      return mount_failed(title_of(volume), checked.error(), checked.error().message);
    }
    const auto other = std::find_if(
        volumes.begin(), volumes.begin() + static_cast<std::ptrdiff_t>(i),
        [&](const Volume& before) { return meet(before.relative_path, volume.relative_path); });
    if (other != volumes.begin() + static_cast<std::ptrdiff_t>(i)) {
      return mount_failed(
          title_of(volume), base::invalid_argument("relativeMountPath", ""),
          fmt::format("'{}' is taken by {}", volume.relative_path, title_of(*other)));
    }
    const std::filesystem::path target = root / volume.relative_path;
    if (volume.kind == VolumeKind::Command) {
      plan_command(volume, target, own, plan);
    } else {
      HP_TRYV(plan_store(context, volume, target, plan));
    }
  }
  return base::success();
}

base::Result<std::filesystem::path> make_folder(const Context& context,
                                                const domain::FilePlace& place) {
  auto made = context.objects.local_path({place.account, place.container}, place.path,
                                         objects::Make::Directories);
  if (made.has_value()) return made;
  return mount_failed(fmt::format("the folder '{}' in '{}' of the storage account '{}'", place.path,
                                  place.container, place.account),
                      made.error(), made.error().message);
}

}  // namespace homeport::service
