#include "cli/profiles.hpp"

#include <boost/json.hpp>

#include "base/file.hpp"
#include "cli/json.hpp"

namespace homeport::cli {
namespace {

namespace json = boost::json;

/// The document, an empty object where there is no file.
base::Result<json::object> read_document(const std::filesystem::path& path) {
  auto text = base::read_file(path);
  if (!text) {
    if (text.error().code == base::ErrorCode::NotFound) {
      return json::object{};
    }
    return text.error();
  }
  auto document = parse_json(text.value());
  if (!document || !document.value().is_object()) {
    return base::internal(path.string() + " is not a JSON object; mend it or remove it");
  }
  return std::move(document.value().as_object());
}

}  // namespace

base::Result<Profiles> read_profiles(const std::filesystem::path& path) {
  HP_TRY(const json::value document, read_document(path));
  Profiles profiles;
  profiles.default_url = text_at(document, "/default");
  for (const auto& [url, profile] : object_at(document, "/profiles")) {
    profiles.tokens.emplace(std::string(url), security::Secret(text_at(profile, "/token")));
  }
  return profiles;
}

base::Result<void> save_profile(const std::filesystem::path& path, const std::string& url,
                                const security::Secret& token) {
  HP_TRY(json::object document, read_document(path));
  document["default"] = url;
  json::value& profiles = document["profiles"];
  if (!profiles.is_object()) {
    profiles = json::object{};
  }
  json::value& profile = profiles.as_object()[url];
  if (!profile.is_object()) {
    profile = json::object{};
  }
  profile.as_object()["token"] = token.reveal();
  HP_TRYV(base::make_directory(path.parent_path(), 0700));
  return base::write_file_durably(path, pretty(document), 0600);
}

}  // namespace homeport::cli
