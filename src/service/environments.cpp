#include "service/environments.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "security/tokens.hpp"

extern char** environ;

namespace homeport::service {
namespace {

/// What of the server's own environment a build may see: how to reach package indexes.
std::map<std::string, std::string> build_variables() {
  std::map<std::string, std::string> variables{{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                                               {"LANG", "C.UTF-8"},
                                               {"PYTHONDONTWRITEBYTECODE", "1"},
                                               {"PIP_DISABLE_PIP_VERSION_CHECK", "1"},
                                               {"PIP_NO_INPUT", "1"},
                                               {"PIP_ROOT_USER_ACTION", "ignore"},
                                               {"PIP_NO_CACHE_DIR", "1"},
                                               {"PIP_PROGRESS_BAR", "off"}};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string name(text.substr(0, equals));
    const std::string lower = base::to_lower(name);
    if (name.starts_with("PIP_") || lower == "https_proxy" || lower == "http_proxy" ||
        lower == "no_proxy" || name == "SSL_CERT_FILE" || name == "REQUESTS_CA_BUNDLE") {
      variables.insert_or_assign(name, std::string(text.substr(equals + 1)));
    }
  }
  return variables;
}

std::vector<std::vector<std::string>> build_steps(const ResolvedPackages& packages,
                                                  const std::vector<std::string>& pip_options,
                                                  const EnvironmentOptions& options) {
  const std::string python = options.base_python.string();
  std::vector<std::vector<std::string>> steps{{python, "-m", "venv", "--without-pip", "{dir}"}};
  const std::vector<std::string> pip{python,   "-m", "pip", "--python", "{dir}/bin/python",
                                     "install"};
  if (!packages.requirements.empty()) {
    std::vector<std::string> step = pip;
    step.insert(step.end(), pip_options.begin(), pip_options.end());
    step.insert(step.end(), packages.requirements.begin(), packages.requirements.end());
    steps.push_back(std::move(step));
  }
  // By its own name and from our own index only: no other index can slip in a package of that name.
  std::vector<std::string> own = pip;
  for (const std::string& word :
       {std::string("--isolated"), std::string("--no-deps"), std::string("--retries"),
        std::string("10"), std::string("--index-url"), options.index_url(),
        "homeport-azureml==" + options.package_version}) {
    own.push_back(word);
  }
  steps.push_back(std::move(own));
  return steps;
}

std::string content_hash(const ResolvedPackages& packages,
                         const std::vector<std::string>& pip_options,
                         const EnvironmentOptions& options) {
  const std::string content =
      fmt::format("1\n{}\n{}\n{}\n{}\n{}", options.base_python.string(),
                  options.base_python_version, options.package_version,
                  base::join(pip_options, "\n"), base::join(packages.requirements, "\n"));
  return base::to_hex(security::sha256(content)).substr(0, 24);
}

void warn_of_differences(const domain::EnvironmentSpec& spec, const EnvironmentOptions& options,
                         std::vector<std::string>& warnings) {
  if (spec.use_gpu && options.gpus == 0) {
    warnings.emplace_back("use_gpu=True, but this machine has no GPU: the run uses the CPU");
  }
  const std::string& wished = spec.python_version;
  const std::string& have = options.base_python_version;
  // "3" and "3.11.7" both ask for what a 3.11 is.
  const bool met =
      wished == have || wished.starts_with(have + ".") || have.starts_with(wished + ".");
  if (!spec.user_managed && !wished.empty() && !met) {
    warnings.push_back(fmt::format("Python {} was asked for, this machine has {}", wished, have));
  }
}

std::string path_of(const std::string& interpreter, const EnvironmentOptions& options) {
  const std::string bin = std::filesystem::path(interpreter).parent_path();
  return (bin.empty() ? bin : bin + ":") +
         "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" +
         (options.command_directory.empty() ? "" : ":" + options.command_directory.string());
}

/// How this server's own user would have pip work.
std::map<std::string, std::string> pip_variables() {
  std::map<std::string, std::string> variables = build_variables();
  std::erase_if(variables, [](const auto& entry) { return !entry.first.starts_with("PIP_"); });
  variables.erase("PIP_NO_CACHE_DIR");
  return variables;
}

}  // namespace

std::map<std::string, std::string> user_package_variables(const std::string& base,
                                                          const ResolvedEnvironment& environment,
                                                          const EnvironmentOptions& options) {
  std::map<std::string, std::string> variables = pip_variables();
  variables["PYTHONUSERBASE"] = base;
  // A distribution's own Python refuses packages beside its own ones, unless it is told to.
  variables["PIP_BREAK_SYSTEM_PACKAGES"] = "1";
  variables["PATH"] = base + "/bin:" + environment.path;
  // An environment of its own does not look at a user's packages by itself.
  const auto before = environment.variables.find("PYTHONPATH");
  variables["PYTHONPATH"] =
      fmt::format("{}/lib/python{}/site-packages{}", base, options.base_python_version,
                  before == environment.variables.end() ? "" : ":" + before->second);
  return variables;
}

ResolvedEnvironment resolve_environment(const domain::EnvironmentSpec& spec,
                                        const EnvironmentOptions& options) {
  ResolvedEnvironment resolved;
  ImageStandIn image;
  if (!spec.container_image.empty()) {
    image = stand_in_for(spec.container_image, options.images);
    resolved.warnings.push_back(image.warning);
  }
  warn_of_differences(spec, options, resolved.warnings);
  // An image with packages brings the interpreter that is said to be there.
  if (spec.user_managed && image.packages.empty()) {
    const bool default_name = spec.interpreter.empty() || spec.interpreter == "python";
    resolved.interpreter = default_name ? options.base_python.string() : spec.interpreter;
    resolved.path = path_of(resolved.interpreter, options);
    resolved.variables["PYTHONPATH"] = options.package_directory.string();
    return resolved;
  }
  std::vector<std::string> wanted = std::move(image.packages);
  std::vector<std::string> conda_packages;
  if (!spec.user_managed) {
    wanted.insert(wanted.end(), spec.pip_packages.begin(), spec.pip_packages.end());
    conda_packages = spec.conda_packages;
  }
  ResolvedPackages packages = resolve_packages(wanted, conda_packages, options.rules);
  resolved.warnings.insert(resolved.warnings.end(), packages.warnings.begin(),
                           packages.warnings.end());
  const std::filesystem::path directory =
      options.directory / content_hash(packages, spec.pip_options, options);
  resolved.order.directory = directory.string();
  resolved.order.steps = build_steps(packages, spec.pip_options, options);
  resolved.order.variables = build_variables();
  resolved.interpreter = (directory / "bin" / "python").string();
  resolved.path = path_of(resolved.interpreter, options);
  // Keras 3 breaks model.fit under MultiWorkerMirroredStrategy; tf_keras keeps the old one.
  if (packages.wants_tensorflow) resolved.variables["TF_USE_LEGACY_KERAS"] = "1";
  return resolved;
}

}  // namespace homeport::service
