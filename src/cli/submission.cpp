#include "cli/submission.hpp"

#include <boost/json.hpp>
#include <cctype>

#include "base/text.hpp"
#include "cli/client.hpp"
#include "cli/json.hpp"

namespace homeport::cli {
namespace {

namespace json = boost::json;

json::array texts(const std::vector<std::string>& values) {
  json::array array;
  for (const std::string& value : values) {
    array.emplace_back(value);
  }
  return array;
}

json::object environment_of(const Submission& submission) {
  json::object variables;
  for (const auto& [name, value] : submission.variables) {
    variables[name] = value;
  }
  const bool is_as_it_is = submission.pip_packages.empty();
  json::object python{{"userManagedDependencies", is_as_it_is}, {"interpreterPath", "python"}};
  if (!is_as_it_is) {
    python["condaDependencies"] = json::object{
        {"name", "project_environment"},
        {"dependencies",
         json::array{"python=3", json::object{{"pip", texts(submission.pip_packages)}}}}};
  }
  return {{"name", submission.experiment},
          {"python", std::move(python)},
          {"environmentVariables", std::move(variables)},
          {"docker", {{"enabled", false}}}};
}

std::string part(const std::string& boundary, const char* field, const char* file_name,
                 const std::string& content) {
  return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + field +
         "\"; filename=\"" + file_name + "\"\r\n\r\n" + content + "\r\n";
}

}  // namespace

std::string run_definition(const Submission& submission) {
  json::object configuration{{"script", submission.script},
                             {"arguments", texts(submission.arguments)},
                             {"target", submission.cluster},
                             {"framework", "Python"},
                             {"communicator", "None"},
                             {"nodeCount", submission.nodes},
                             {"maxRunDurationSeconds", nullptr},
                             {"dataReferences", json::object{}},
                             {"environment", environment_of(submission)},
                             {"history",
                              {{"outputCollection", true},
                               {"snapshotProject", true},
                               {"directoriesToWatch", json::array{"logs"}}}}};
  return json::serialize(json::object{{"configuration", std::move(configuration)},
                                      {"telemetryValues", {{"amlClientType", "homeport-cli"}}}});
}

base::Result<std::string> submit(Client& client, const Submission& submission,
                                 const std::string& project_zip) {
  HP_TRY(const std::string workspace, client.workspace_path());
  const std::string boundary = base::random_hex(16);
  const std::string body =
      part(boundary, "runDefinitionFile", "definition.json", run_definition(submission)) +
      part(boundary, "projectZipFile", "project.zip", project_zip) + "--" + boundary + "--\r\n";
  api::http::Headers headers;
  headers.set("Content-Type", "multipart/form-data; boundary=" + boundary);
  HP_TRY(const HttpAnswer answer,
         client.send("POST",
                     "/execution/v1.0" + workspace + "/experiments/" +
                         path_segment(submission.experiment) +
                         "/startrun?runId=" + path_segment(submission.run_id),
                     body, headers));
  HP_TRY(const json::value document, parse_json(answer.body));
  const std::string id = text_at(document, "/runId");
  if (!submission.display_name.empty()) {
    HP_TRYV(client.send_json("PATCH",
                             "/history/v1.0" + workspace + "/experiments/" +
                                 path_segment(submission.experiment) + "/runs/" + path_segment(id),
                             {{"runId", id}, {"name", submission.display_name}}));
  }
  return id.empty() ? submission.run_id : id;
}

std::string new_run_id(const std::string& experiment, int64_t epoch_seconds) {
  return experiment + "_" + std::to_string(epoch_seconds) + "_" + base::random_hex(4);
}

std::string experiment_name_of(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool is_legal = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    const bool starts = name.empty() && (c == '-' || c == '_' || !is_legal);
    if (!starts) {
      name += is_legal ? c : '-';
    }
  }
  return name.empty() ? "default" : name.substr(0, 200);
}

}  // namespace homeport::cli
