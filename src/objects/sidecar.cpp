#include "objects/sidecar.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/text.hpp"
#include "objects/beneath.hpp"
#include "objects/record_json.hpp"

namespace homeport::objects {
namespace {

namespace json = boost::json;

constexpr size_t kCtimeWidth = 20;

base::Error damaged() {
  return base::internal("a metadata file of the object store is damaged");
}

json::array to_json(const std::vector<Block>& blocks) {
  json::array result;
  for (const Block& block : blocks) {
    result.push_back(json::array{base::base64_encode(block.id), block.size});
  }
  return result;
}

std::vector<Block> blocks_of(const json::value& value) {
  std::vector<Block> result;
  for (const json::value& pair : value.as_array()) {
    result.push_back({base::base64_decode(json::value_to<std::string>(pair.at(0))).value_or(""),
                      pair.at(1).to_number<uint64_t>()});
  }
  return result;
}

Sidecar sidecar_of(const json::value& value) {
  Sidecar sidecar;
  sidecar.container = json::value_to<std::string>(value.at("container"));
  sidecar.name = json::value_to<std::string>(value.at("name"));
  sidecar.inode = value.at("inode").to_number<uint64_t>();
  sidecar.size = value.at("size").to_number<uint64_t>();
  sidecar.mtime_ns = value.at("mtime_ns").to_number<int64_t>();
  sidecar.etag = json::value_to<std::string>(value.at("etag"));
  sidecar.created = time_of(value.at("created"));
  sidecar.modified = time_of(value.at("modified"));
  sidecar.properties = properties_of(value.at("properties"));
  sidecar.metadata = metadata_of(value.at("metadata"));
  sidecar.blocks = blocks_of(value.at("blocks"));
  // Came later than the first sidecars.
  if (const json::value* traits = value.as_object().if_contains("traits")) {
    sidecar.traits = traits_of(*traits);
  }
  return sidecar;
}

}  // namespace

void Sidecar::identify(const struct stat& file) {
  inode = file.st_ino;
  size = static_cast<uint64_t>(file.st_size);
  mtime_ns = to_nanoseconds(file.st_mtim);
}

bool Sidecar::matches(const struct stat& file) const {
  // No ctime: the machine went down before it was filled in, and the rest has to do.
  return inode == file.st_ino && size == static_cast<uint64_t>(file.st_size) &&
         mtime_ns == to_nanoseconds(file.st_mtim) &&
         (ctime_ns == 0 || ctime_ns == to_nanoseconds(file.st_ctim));
}

std::string render_sidecar(const Sidecar& sidecar) {
  const json::object object{{"container", sidecar.container},
                            {"name", sidecar.name},
                            {"inode", sidecar.inode},
                            {"size", sidecar.size},
                            {"mtime_ns", sidecar.mtime_ns},
                            {"etag", sidecar.etag},
                            {"created", to_number(sidecar.created)},
                            {"modified", to_number(sidecar.modified)},
                            {"properties", to_json(sidecar.properties)},
                            {"metadata", to_json(sidecar.metadata)},
                            {"blocks", to_json(sidecar.blocks)},
                            {"traits", to_json(sidecar.traits)}};
  return fmt::format("{:0{}}\n", sidecar.ctime_ns, kCtimeWidth) + json::serialize(object) + "\n";
}

base::Result<Sidecar> parse_sidecar(std::string_view text) {
  if (text.size() <= kCtimeWidth || text[kCtimeWidth] != '\n') return damaged();
  const auto ctime = base::parse_integer(text.substr(0, kCtimeWidth));
  if (!ctime) return damaged();
  try {
    std::string_view document = text.substr(kCtimeWidth + 1);
    document = document.substr(0, document.find('\n'));
    Sidecar sidecar = sidecar_of(json::parse({document.data(), document.size()}));
    sidecar.ctime_ns = *ctime;
    return sidecar;
  } catch (const std::exception&) {
    return damaged();
  }
}

base::Result<void> write_ctime(const base::FileDescriptor& file, int64_t ctime_ns) {
  const std::string text = fmt::format("{:0{}}", ctime_ns, kCtimeWidth);
  if (::pwrite(file.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return base::system_error("cannot write an object's metadata", errno);
  }
  return base::success();
}

std::string make_etag() {
  std::string hex = base::random_hex(8);
  for (char& c : hex) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  return "0x" + hex;
}

std::string make_etag(std::initializer_list<uint64_t> numbers, std::string_view text) {
  // FNV-1a: it need not resist anyone, only differ.
  uint64_t hash = 14695981039346656037ULL;
  const auto mix = [&hash](uint64_t byte) { hash = (hash ^ byte) * 1099511628211ULL; };
  for (const uint64_t number : numbers) {
    for (unsigned shift = 0; shift < 64; shift += 8) mix((number >> shift) & 0xFFU);
  }
  for (const char c : text) mix(static_cast<unsigned char>(c));
  return fmt::format("0x{:016X}", hash);
}

std::string etag_of(const struct stat& file) {
  return make_etag({file.st_ino, static_cast<uint64_t>(file.st_size),
                    static_cast<uint64_t>(to_nanoseconds(file.st_mtim)),
                    static_cast<uint64_t>(to_nanoseconds(file.st_ctim))},
                   "");
}

ObjectInfo describe(const std::string& name, const struct stat& file, const Sidecar* sidecar) {
  ObjectInfo info;
  info.name = name;
  info.size = static_cast<uint64_t>(file.st_size);
  if (sidecar != nullptr) {
    info.etag = sidecar->etag;
    info.created = sidecar->created;
    info.modified = sidecar->modified;
    info.properties = sidecar->properties;
    info.metadata = sidecar->metadata;
    info.traits = sidecar->traits;
  } else {
    info.etag = etag_of(file);
    info.modified = to_time_point(file.st_mtim);
    info.created = info.modified;
  }
  if (info.properties.type.empty()) info.properties.type = "application/octet-stream";
  return info;
}

std::string render_container(const ContainerInfo& info) {
  json::array policies;
  for (const StoredPolicy& policy : info.policies) {
    policies.push_back(json::array{policy.id, policy.start, policy.expiry, policy.permissions});
  }
  return json::serialize(json::object{{"etag", info.etag},
                                      {"modified", to_number(info.modified)},
                                      {"metadata", to_json(info.metadata)},
                                      {"policies", std::move(policies)},
                                      {"quota_gib", info.quota_gib},
                                      {"access_tier", info.access_tier},
                                      {"lease", to_json(info.lease)}}) +
         "\n";
}

base::Result<ContainerInfo> parse_container(std::string_view text) {
  try {
    const json::value value = json::parse({text.data(), text.size()});
    ContainerInfo info;
    info.etag = json::value_to<std::string>(value.at("etag"));
    info.modified = time_of(value.at("modified"));
    info.metadata = metadata_of(value.at("metadata"));
    // What follows came later than the first containers.
    const json::object& fields = value.as_object();
    if (const json::value* policies = fields.if_contains("policies")) {
      for (const json::value& policy : policies->as_array()) {
        const auto part = [&](size_t at) { return json::value_to<std::string>(policy.at(at)); };
        info.policies.push_back({part(0), part(1), part(2), part(3)});
      }
    }
    if (const json::value* quota = fields.if_contains("quota_gib")) {
      info.quota_gib = quota->to_number<uint32_t>();
    }
    if (const json::value* tier = fields.if_contains("access_tier")) {
      info.access_tier = json::value_to<std::string>(*tier);
    }
    if (const json::value* lease = fields.if_contains("lease")) info.lease = lease_of(*lease);
    return info;
  } catch (const std::exception&) {
    return damaged();
  }
}

}  // namespace homeport::objects
