#include "cli/workspace_config.hpp"

#include <boost/json.hpp>

#include "base/file.hpp"
#include "cli/json.hpp"

namespace homeport::cli {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

WorkspaceConfig config_of(const json::value& document) {
  return {{text_at(document, "/subscription_id"), text_at(document, "/resource_group"),
           text_at(document, "/workspace_name")},
          text_at(document, "/homeport/url")};
}

}  // namespace

base::Result<std::optional<WorkspaceConfig>> find_workspace_config(const fs::path& start) {
  for (fs::path folder = fs::absolute(start).lexically_normal();; folder = folder.parent_path()) {
    for (const char* inner : {".azureml", "aml_config", ""}) {
      const fs::path path = folder / inner / "config.json";
      auto text = base::read_file(path);
      if (!text) {
        continue;
      }
      auto document = parse_json(text.value());
      const bool names_workspace = document && at(document.value(), "/workspace_name").is_string();
      if (names_workspace) {
        return config_of(document.value());
      }
      if (*inner != '\0') {
        return base::internal(path.string() +
                              " names no workspace; mend it, or remove it and run `homeport up`");
      }
    }
    if (folder == folder.root_path() || folder.empty()) {
      return std::optional<WorkspaceConfig>();
    }
  }
}

base::Result<void> write_workspace_config(const fs::path& folder, const WorkspaceConfig& config) {
  const fs::path path = folder / ".azureml" / "config.json";
  json::value document = json::object{};
  if (auto text = base::read_file(path)) {
    if (auto parsed = parse_json(text.value()); parsed && parsed.value().is_object()) {
      document = std::move(parsed.value());
    }
  }
  const bool keeps_workspace = text_at(document, "/homeport/url") == config.url &&
                               !text_at(document, "/workspace_name").empty();
  if (keeps_workspace) {
    return base::success();
  }
  json::object& object = document.as_object();
  object["subscription_id"] = config.workspace.subscription_id;
  object["resource_group"] = config.workspace.resource_group;
  object["workspace_name"] = config.workspace.name;
  object["homeport"] = json::object{{"url", config.url}};
  HP_TRYV(base::make_directory(path.parent_path()));
  return base::write_file_durably(path, pretty(document));
}

}  // namespace homeport::cli
