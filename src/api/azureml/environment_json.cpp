#include "api/azureml/environment_json.hpp"

#include "api/http/json.hpp"
#include "base/text.hpp"

namespace homeport::api::azureml {
namespace {

namespace json = boost::json;

/// Images that the service itself put under every run: not something that the user asked for.
bool is_default_image(const std::string& image) {
  return image.starts_with("mcr.microsoft.com/azureml/") || image.empty();
}

void add_pip_line(const std::string& line, domain::EnvironmentSpec& spec) {
  if (!line.starts_with("-")) {
    spec.pip_packages.push_back(line);
    return;
  }
  // "--index-url https://…" is two words of a command line.
  for (const std::string& word : base::split(line, ' ')) {
    if (!word.empty()) spec.pip_options.push_back(word);
  }
}

base::Result<void> parse_conda(const json::object& conda, domain::EnvironmentSpec& spec) {
  const json::value* dependencies = http::find_field(conda, "dependencies");
  if (dependencies == nullptr || !dependencies->is_array()) return base::success();
  for (const json::value& entry : dependencies->get_array()) {
    if (entry.is_string()) {
      const std::string line(entry.get_string());
      if (line.starts_with("python=")) {
        spec.python_version = base::split(line, '=').back();
      } else {
        spec.conda_packages.push_back(line);
      }
    } else if (entry.is_object()) {
      HP_TRY(const auto pip, http::string_list(entry.get_object(), "pip"));
      for (const std::string& line : pip) add_pip_line(line, spec);
    } else {
      return base::invalid_argument(
          "condaDependencies", "condaDependencies.dependencies holds strings and {pip: [...]}");
    }
  }
  return base::success();
}

}  // namespace

base::Result<domain::EnvironmentSpec> parse_environment(const json::object& environment) {
  domain::EnvironmentSpec spec;
  HP_TRY(const auto name, http::optional_string(environment, "name"));
  HP_TRY(const json::object python, http::object_field(environment, "python"));
  HP_TRY(const json::object docker, http::object_field(environment, "docker"));
  HP_TRY(spec.variables, http::string_map(environment, "environmentVariables"));
  HP_TRY(const auto user_managed, http::optional_bool(python, "userManagedDependencies"));
  HP_TRY(const auto interpreter, http::optional_string(python, "interpreterPath"));
  HP_TRY(const json::object conda, http::object_field(python, "condaDependencies"));
  HP_TRY(const auto image, http::optional_string(docker, "baseImage"));
  HP_TRY(const auto gpu, http::optional_bool(docker, "gpuSupport"));
  spec.name = name.value_or("");
  spec.user_managed = user_managed.value_or(false);
  spec.interpreter = interpreter.value_or("python");
  spec.use_gpu = gpu.value_or(false);
  if (image && !is_default_image(*image)) spec.container_image = *image;
  HP_TRYV(parse_conda(conda, spec));
  return spec;
}

}  // namespace homeport::api::azureml
