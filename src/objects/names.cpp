#include "objects/names.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "base/text.hpp"
#include "objects/shares.hpp"

namespace homeport::objects {
namespace {

// Under PATH_MAX with room for the final NUL.
constexpr size_t kMaxPathBytes = 4000;
constexpr size_t kMaxSegmentBytes = 255;
constexpr size_t kMaxNameCharacters = 1024;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

base::Error bad_name(const char* target, std::string message) {
  base::Error error = base::invalid_argument(target, std::move(message));
  error.reason = "InvalidResourceName";
  return error;
}

}  // namespace

bool is_account_name(std::string_view name) {
  if (name.ends_with(kShareSuffix)) name.remove_suffix(kShareSuffix.size());
  return name.size() >= 3 && name.size() <= 24 && std::ranges::all_of(name, is_lower_or_digit);
}

bool is_container_name(std::string_view name) {
  if (name == "$root" || name == "$web" || name == "$logs") return true;
  if (name.size() < 3 || name.size() > 63) return false;
  if (name.front() == '-' || name.back() == '-') return false;
  if (name.find("--") != std::string_view::npos) return false;
  return std::ranges::all_of(name, [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_object_name(std::string_view name) {
  if (name.empty() || !base::is_utf8(name)) return false;
  const auto characters = std::ranges::count_if(
      name, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  return static_cast<size_t>(characters) <= kMaxNameCharacters;
}

bool is_snapshot_id(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd.dddddddZ";
  if (text.size() != kForm.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !digit : text[i] != kForm[i]) return false;
  }
  return true;
}

base::Result<void> check(const ContainerName& name) {
  if (!is_account_name(name.account)) {
    return bad_name("account", "'" + name.account + "' cannot be the name of a storage account");
  }
  if (!is_container_name(name.container)) {
    return bad_name("container", "'" + name.container +
                                     "' cannot be the name of a container: 3 to 63 lower-case "
                                     "letters, digits and single hyphens");
  }
  return base::success();
}

base::Result<void> check(const ObjectName& name) {
  HP_TRYV(check(name.parent()));
  if (!is_object_name(name.name)) {
    return bad_name("blob", "a blob's name is UTF-8 text of 1 to 1,024 characters");
  }
  if (!name.snapshot.empty() && !is_snapshot_id(name.snapshot)) {
    base::Error error = base::invalid_argument(
        "snapshot", "'" + name.snapshot + "' is not the time of a snapshot as it was given");
    error.reason = "InvalidQueryParameterValue";
    return error;
  }
  return base::success();
}

bool is_plain_path(std::string_view name) {
  if (name.empty() || name.size() > kMaxPathBytes) return false;
  if (name.find('\0') != std::string_view::npos) return false;
  size_t start = 0;
  while (true) {
    const size_t slash = std::min(name.find('/', start), name.size());
    const std::string_view segment = name.substr(start, slash - start);
    if (segment.empty() || segment.size() > kMaxSegmentBytes) return false;
    if (segment == "." || segment == "..") return false;
    if (slash == name.size()) return true;
    start = slash + 1;
  }
}

SplitPath split_path(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {"", std::string(path)};
  return {std::string(path.substr(0, slash)), std::string(path.substr(slash + 1))};
}

std::string name_hash(std::string_view name) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_Digest(name.data(), name.size(), digest, &length, EVP_sha256(), nullptr);
  return base::to_hex({reinterpret_cast<const char*>(digest), length});
}

}  // namespace homeport::objects
