#include "api/batchai/directories.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "api/batchai/names.hpp"
#include "api/batchai/schema.hpp"
#include "base/text.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

const json::array& list_of(const json::object& properties, const char* name) {
  static const json::array kNone;
  const json::value* list = properties.if_contains(name);
  return list == nullptr ? kNone : list->as_array();
}

std::string joined(std::string path, const std::vector<std::string>& more) {
  while (path.ends_with('/')) path.pop_back();
  for (const std::string& part : more) {
    if (!part.empty()) path += "/" + part;
  }
  return path;
}

bool can_end_a_variable(const std::string& id) {
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

base::Result<void> check_ids(const json::object& properties, const char* list) {
  std::set<std::string> seen;
  size_t index = 0;
  for (const json::value& entry : list_of(properties, list)) {
    const std::string id = text_at(entry.as_object(), "id");
    const std::string at = fmt::format("properties.{}[{}].id", list, index++);
    if (!can_end_a_variable(id)) {
      return wrong_field(at, fmt::format("becomes part of a variable's name: use letters, digits "
                                         "and '_', not '{}'",
                                         id));
    }
    if (id == kStdOutErr) {
      return wrong_field(at, fmt::format("cannot be '{}': the job has a directory of that id", id));
    }
    if (!seen.insert(id).second) return wrong_field(at, fmt::format("is '{}' a second time", id));
  }
  return base::success();
}

}  // namespace

std::vector<OutputDirectory> output_directories(const json::object& properties,
                                                const std::string& segment) {
  const std::string prefix = text_at(properties, "stdOutErrPathPrefix");
  std::vector<OutputDirectory> directories{
      {kStdOutErr, kStdOutErr, joined(prefix, {segment, kStdOutErr}), prefix}};
  for (const json::value& entry : list_of(properties, "outputDirectories")) {
    const json::object& given = entry.as_object();
    OutputDirectory directory;
    directory.id = text_at(given, "id");
    directory.prefix = text_at(given, "pathPrefix");
    const std::string suffix = text_at(given, "pathSuffix");
    directory.node_path = joined(directory.prefix, {segment, kOutputs, suffix});
    directory.folder = joined(kOutputs, {suffix});
    // Two shares may each have an "outputs/Models"; the run's files have it once.
    const bool taken =
        std::any_of(directories.begin(), directories.end(), [&](const OutputDirectory& other) {
          return other.folder == directory.folder && other.prefix != directory.prefix;
        });
    if (taken) directory.folder = joined(kOutputs, {directory.id});
    directories.push_back(std::move(directory));
  }
  return directories;
}

base::Result<void> check_directories(const json::object& properties) {
  for (const char* list : {"inputDirectories", "outputDirectories"}) {
    HP_TRYV(check_ids(properties, list));
  }
  size_t index = 0;
  for (const json::value& entry : list_of(properties, "outputDirectories")) {
    const std::string suffix = text_at(entry.as_object(), "pathSuffix");
    const std::vector<std::string> parts = base::split(suffix, '/');
    if (std::find(parts.begin(), parts.end(), "..") != parts.end()) {
      return wrong_field(fmt::format("properties.outputDirectories[{}].pathSuffix", index),
                         fmt::format("must stay in its directory, and is '{}'", suffix));
    }
    ++index;
  }
  return base::success();
}

std::vector<domain::RunFolder> folders_on_volumes(const std::vector<OutputDirectory>& directories,
                                                  const MountRoots& roots) {
  std::vector<domain::RunFolder> folders;
  for (const OutputDirectory& directory : directories) {
    const auto place = place_of(directory.node_path, roots);
    if (!place) continue;
    domain::RunFolder folder{directory.folder, *place};
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) {
      folders.push_back(std::move(folder));
    }
  }
  return folders;
}

std::optional<domain::FilePlace> place_of_folder(const domain::RunSpec& spec,
                                                 const std::string& folder) {
  for (const domain::RunFolder& kept : spec.folders) {
    if (kept.name == folder) return kept.place;
  }
  return std::nullopt;
}

std::string segment_of(const domain::Run& job) {
  const auto found = job.properties.find(kSegmentProperty);
  return found == job.properties.end() ? std::string() : found->second;
}

json::object definition_of(const domain::Run& job) {
  json::error_code error;
  const json::value definition = json::parse(job.definition, error);
  return error || !definition.is_object() ? json::object() : definition.get_object();
}

json::object properties_of(const domain::Run& job) {
  const json::object definition = definition_of(job);
  const json::value* properties = definition.if_contains("properties");
  return properties != nullptr && properties->is_object() ? properties->get_object()
                                                          : json::object();
}

}  // namespace homeport::api::batchai
