#include "engine/local/gpus.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>
#include <optional>

#include "base/file.hpp"
#include "base/text.hpp"

namespace homeport::engine {
namespace {

namespace fs = std::filesystem;

/// "Device Minor: \t 0" of the driver's file.
std::optional<std::int64_t> minor_of(const fs::path& gpu) {
  const auto text = base::read_file(gpu / "information");
  if (text.has_error()) return std::nullopt;
  constexpr std::string_view kLabel = "Device Minor:";
  for (const std::string& line : base::split(text.value(), '\n')) {
    if (line.rfind(kLabel, 0) != 0) continue;
    return base::parse_integer(base::trim(std::string_view(line).substr(kLabel.size())));
  }
  return std::nullopt;
}

std::vector<std::string> said_by_driver(const fs::path& driver, const fs::path& devices) {
  std::map<std::string, std::string> by_address;
  std::error_code failed;
  for (const auto& gpu : fs::directory_iterator(driver, failed)) {
    const auto minor = minor_of(gpu.path());
    if (!minor) continue;
    const fs::path device = devices / ("nvidia" + std::to_string(*minor));
    if (fs::exists(device, failed)) by_address[gpu.path().filename().string()] = device.string();
  }
  std::vector<std::string> found;
  for (const auto& [address, device] : by_address) found.push_back(device);
  return found;
}

std::vector<std::string> by_number(const fs::path& devices) {
  constexpr std::string_view kPrefix = "nvidia";
  std::map<std::int64_t, std::string> numbered;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(devices, failed)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(kPrefix, 0) != 0) continue;
    const auto number = base::parse_integer(std::string_view(name).substr(kPrefix.size()));
    if (number) numbered[*number] = entry.path().string();
  }
  std::vector<std::string> found;
  for (const auto& [number, device] : numbered) found.push_back(device);
  return found;
}

base::Result<void> check_device(const std::string& path, const std::string& field) {
  struct stat status {};
  if (path.empty() || path.front() != '/' || ::stat(path.c_str(), &status) != 0 ||
      !S_ISCHR(status.st_mode)) {
    return base::invalid_argument(
        field, "gpus.json: '" + path + "' is no device file; name those of GPUs: /dev/nvidia0");
  }
  return base::success();
}

}  // namespace

std::vector<std::string> find_gpus(const fs::path& driver, const fs::path& devices) {
  auto found = said_by_driver(driver, devices);
  return found.empty() ? by_number(devices) : found;
}

base::Result<std::vector<std::string>> parse_gpu_list(const std::string& text) {
  boost::system::error_code failed;
  const boost::json::value document = boost::json::parse(text, failed);
  if (failed || !document.is_array()) {
    return base::invalid_argument("gpus", "gpus.json is to be a JSON array of device files");
  }
  std::vector<std::string> devices;
  for (const boost::json::value& element : document.get_array()) {
    const std::string field = "gpus[" + std::to_string(devices.size()) + "]";
    const std::string path = element.is_string() ? std::string(element.get_string()) : "";
    HP_TRYV(check_device(path, field));
    if (std::find(devices.begin(), devices.end(), path) != devices.end()) {
      return base::invalid_argument(field, "gpus.json names " + path + " twice");
    }
    devices.push_back(path);
  }
  return devices;
}

}  // namespace homeport::engine
