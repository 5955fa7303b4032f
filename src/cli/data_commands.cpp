#include "cli/data_commands.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "cli/data_place.hpp"
#include "cli/datastore_service.hpp"
#include "cli/json.hpp"
#include "cli/table.hpp"
#include "cli/times.hpp"
#include "cli/transfer.hpp"

namespace homeport::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using Items = std::vector<TransferItem>;

base::Error wrong_use(std::string message) {
  return {base::ErrorCode::InvalidArgument, std::move(message), {}, "WrongUse", {}};
}

std::string join_blob(const std::string& folder, const std::string& name) {
  return folder.empty() || folder.back() == '/' ? folder + name : folder + "/" + name;
}

base::Result<Items> plan_upload(const fs::path& source, const std::string& target,
                                Recursive recursive) {
  std::error_code failure;
  if (fs::is_regular_file(source, failure)) {
    const bool into_folder = target.empty() || target.back() == '/';
    const std::string blob = into_folder ? join_blob(target, source.filename().string()) : target;
    return Items{{source, blob, fs::file_size(source, failure)}};
  }
  if (!fs::is_directory(source, failure)) {
    return base::not_found("FileNotFound", "there is no file or folder " + source.string());
  }
  if (recursive == Recursive::No) {
    return wrong_use(source.string() + " is a folder; copy it with -r");
  }
  Items items;
  for (fs::recursive_directory_iterator walk(source, failure), end; !failure && walk != end;
       walk.increment(failure)) {
    std::error_code gone;
    if (walk->is_regular_file(gone)) {
      const std::string name = walk->path().lexically_relative(source).generic_string();
      items.push_back({walk->path(), join_blob(target, name), walk->file_size(gone)});
    }
  }
  if (failure) {
    return base::system_error("read " + source.string(), failure.value());
  }
  return items;
}

/// A blob's name can hold anything; a file of ours must not leave the target for it.
bool stays_inside(const fs::path& relative) {
  return !relative.empty() && !relative.is_absolute() &&
         std::none_of(relative.begin(), relative.end(),
                      [](const fs::path& part) { return part == ".." || part == "."; });
}

base::Result<Items> plan_download(const BlobContainer& container, const std::string& source,
                                  const fs::path& target, Recursive recursive) {
  std::error_code failure;
  if (recursive == Recursive::No) {
    HP_TRY(const BlobItem blob, container.find(source));
    const bool into_folder = fs::is_directory(target, failure) || target.filename().empty();
    const fs::path local = into_folder ? target / fs::path(source).filename() : target;
    return Items{{local, source, blob.size}};
  }
  const std::string prefix = source.empty() || source.back() == '/' ? source : source + "/";
  HP_TRY(const auto blobs, container.list(prefix, ""));
  if (blobs.empty()) {
    return base::not_found("BlobNotFound", "there is nothing under " + prefix);
  }
  Items items;
  for (const BlobItem& blob : blobs) {
    const fs::path relative = blob.name.substr(prefix.size());
    if (!stays_inside(relative)) {
      return base::conflict("UnsafeName",
                            "the blob " + blob.name + " would land outside " + target.string());
    }
    items.push_back({target / relative, blob.name, blob.size});
  }
  return items;
}

std::string size_text(uint64_t bytes) {
  const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  size_t unit = 0;
  while (size >= 1024 && unit + 1 < std::size(units)) {
    size /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, units[unit]);
}

int copy_items(Context& context, const BlobContainer& container, const Items& items,
               Direction direction) {
  uint64_t total = 0;
  for (const TransferItem& item : items) {
    total += item.size;
  }
  const Interrupts interrupts;
  TransferProgress progress;
  const auto tick = [&] {
    const uint64_t bytes = progress.bytes;
    context.terminal.progress(fmt::format(
        "{} of {} files, {} of {} ({} %)", progress.files.load(), items.size(), size_text(bytes),
        size_text(total), total == 0 ? 100 : std::min<uint64_t>(bytes * 100 / total, 100)));
    return interrupts.count() == 0;
  };
  if (const auto done = transfer(container, items, direction, progress, tick); !done) {
    return report(context, done.error());
  }
  if (context.options.json) {
    context.terminal.write(
        pretty({{"files", progress.files.load()}, {"bytes", progress.bytes.load()}}));
  } else {
    context.terminal.note(fmt::format("Copied {} {}, {}.", progress.files.load(),
                                      progress.files.load() == 1 ? "file" : "files",
                                      size_text(progress.bytes)));
  }
  return to_int(ExitCode::Ok);
}

int report_use(Context& context, const base::Error& error) {
  const int code = report(context, error);
  return error.reason == "WrongUse" ? to_int(ExitCode::Usage) : code;
}

int list_datastores_table(Context& context, Client& client) {
  const auto datastores = list_datastores(client);
  if (!datastores) {
    return report(context, datastores.error());
  }
  json::array documents;
  Table table({{"DATASTORE"}, {"KIND"}, {"ACCOUNT"}, {"CONTAINER"}});
  for (const json::value& datastore : datastores.value()) {
    table.add({text_at(datastore, "/name"), text_at(datastore, "/dataStoreType"),
               text_at(datastore, "/azureStorageSection/accountName"),
               text_at(datastore, "/azureStorageSection/containerName")});
    documents.push_back(
        json::object{{"name", at(datastore, "/name")}, {"kind", at(datastore, "/dataStoreType")}});
  }
  context.terminal.write(context.options.json ? pretty(documents) : table.text());
  return to_int(ExitCode::Ok);
}

}  // namespace

int data_copy(Context& context, const std::string& source, const std::string& target,
              Recursive recursive) {
  const auto from = parse_data_place(source);
  const auto to = parse_data_place(target);
  if (from.has_value() == to.has_value()) {
    return report_use(context, wrong_use("one of the two must be datastore:path, the other a path "
                                         "of this machine"));
  }
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  const auto container =
      open_datastore(client.value(), context.transport, from ? from->datastore : to->datastore);
  if (!container) {
    return report(context, container.error());
  }
  const auto items = from ? plan_download(container.value(), from->path, target, recursive)
                          : plan_upload(source, to->path, recursive);
  if (!items) {
    return report_use(context, items.error());
  }
  return copy_items(context, container.value(), items.value(),
                    from ? Direction::Download : Direction::Upload);
}

int data_list(Context& context, const std::string& place) {
  auto client = connect(context);
  if (!client) {
    return report(context, client.error());
  }
  if (place.empty()) {
    return list_datastores_table(context, client.value());
  }
  auto where = parse_data_place(place);
  if (!where) {
    where = DataPlace{place, ""};
  }
  const auto container = open_datastore(client.value(), context.transport, where->datastore);
  if (!container) {
    return report(context, container.error());
  }
  const std::string& path = where->path;
  const std::string folder = path.empty() || path.back() == '/' ? path : path + "/";
  auto items = container.value().list(folder, "/");
  if (items && items.value().empty() && !path.empty()) {
    // Not a folder; then a blob, or nothing.
    auto blob = container.value().find(path);
    if (!blob) {
      return report(context, blob.error());
    }
    items.value().push_back(blob.value());
  }
  if (!items) {
    return report(context, items.error());
  }
  json::array documents;
  Table table({{"SIZE", Table::Align::Right}, {"MODIFIED"}, {"NAME"}});
  for (const BlobItem& item : items.value()) {
    table.add({item.is_folder ? "" : size_text(item.size), local_time(item.modified), item.name});
    documents.push_back(json::object{{"name", item.name},
                                     {"size", item.size},
                                     {"modified", item.modified},
                                     {"folder", item.is_folder}});
  }
  context.terminal.write(context.options.json ? pretty(documents) : table.text());
  return to_int(ExitCode::Ok);
}

}  // namespace homeport::cli
