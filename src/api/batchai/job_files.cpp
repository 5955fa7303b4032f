#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "api/batchai/directories.hpp"
#include "api/batchai/job_call.hpp"
#include "api/batchai/names.hpp"
#include "api/batchai/paging.hpp"
#include "api/batchai/resource.hpp"
#include "api/batchai/routes.hpp"
#include "api/batchai/schema.hpp"
#include "base/text.hpp"
#include "objects/object_store.hpp"
#include "objects/shares.hpp"
#include "shares/share_store.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;
using http::Request;
using http::Response;

constexpr int64_t kShortestLink = 5;  ///< minutes
constexpr int64_t kLongestLink = 600;
constexpr int64_t kUsualLink = 60;

base::Result<std::chrono::minutes> link_lifetime(const Request& request) {
  const auto text = request.parameter("linkexpiryinminutes");
  if (!text) return std::chrono::minutes(kUsualLink);
  const auto minutes = base::parse_integer(*text);
  if (minutes && *minutes >= kShortestLink && *minutes <= kLongestLink) {
    return std::chrono::minutes(*minutes);
  }
  return wrong_field("linkexpiryinminutes",
                     fmt::format("must be a whole number from {} to {}, not '{}'", kShortestLink,
                                 kLongestLink, *text));
}

/// The wished directory, relative to the output directory; empty: that itself.
base::Result<std::string> wished_directory(const Request& request) {
  std::vector<std::string> parts;
  for (std::string& part : base::split(request.parameter("directory").value_or("."), '/')) {
    if (part == "..") return wrong_field("directory", "must stay in the output directory");
    if (!part.empty() && part != ".") parts.push_back(std::move(part));
  }
  return base::join(parts, "/");
}

base::Result<OutputDirectory> wished_output(const Request& request, const domain::Run& job) {
  const auto id = request.parameter("outputdirectoryid");
  if (!id || id->empty()) return wrong_field("outputdirectoryid", "must be given");
  std::vector<std::string> known;
  for (OutputDirectory& directory : output_directories(properties_of(job), segment_of(job))) {
    if (directory.id == *id) return std::move(directory);
    known.push_back(std::move(directory.id));
  }
  base::Error error =
      wrong_field("outputdirectoryid",
                  fmt::format("'{}' is not one of the job's: {}", *id, base::join(known, ", ")));
  error.reason = "InvalidOutputDirectoryId";
  return error;
}

base::Error not_on_a_mount(const std::string& id) {
  base::Error error = base::invalid_argument(
      "outputdirectoryid",
      fmt::format("The specified outputDirectoryId {} is not present on a mount root", id));
  error.reason = "OutputDirectoryNotOnMountRoot";
  return error;
}

/// Lists one place, as the sender of a call may fetch its files until the links expire.
class PlaceLister {
 public:
  PlaceLister(const Call& call, shares::ShareStore& shares, const FileLink& link,
              base::TimePoint expiry)
      : call_(call), shares_(shares), link_(link), expiry_(expiry) {}

  /// What nobody has written to yet is empty.
  base::Result<std::vector<Entry>> list(const domain::FilePlace& place) {
    const auto listed =
        place.account.ends_with(objects::kShareSuffix) ? in_share(place) : in_container(place);
    if (listed.has_error() && listed.error().code != base::ErrorCode::NotFound) {
      return listed.error();
    }
    return std::move(entries_);
  }

 private:
  base::Result<void> in_share(const domain::FilePlace& place) {
    objects::ListQuery query;
    do {
      HP_TRY(const shares::EntryListing found,
             shares_.list({{place.account, place.container}, place.path}, query,
                          shares::Detail::Full));
      for (const shares::EntryInfo& entry : found.entries) {
        const std::string name = entry.path.substr(entry.path.rfind('/') + 1);
        if (entry.kind == shares::EntryKind::Directory) {
          add_directory(name);
        } else {
          add_file(place, name, entry.modified, entry.size);
        }
      }
      query.start = found.next;
    } while (!query.start.empty());
    return base::success();
  }

  base::Result<void> in_container(const domain::FilePlace& place) {
    const std::string prefix = place.path.empty() ? std::string() : place.path + "/";
    objects::ListQuery query{.prefix = prefix, .delimiter = "/"};
    do {
      HP_TRY(const objects::Listing found,
             call_.context.objects.list({place.account, place.container}, query));
      for (const objects::ListEntry& entry : found.entries) {
        std::string name = entry.name.substr(prefix.size());
        if (name.ends_with('/')) name.pop_back();
        if (name.empty()) continue;
        if (entry.object) {
          add_file(place, name, entry.object->modified, entry.object->size);
        } else {
          add_directory(name);
        }
      }
      query.start = found.next;
    } while (!query.start.empty());
    return base::success();
  }

  void add_file(const domain::FilePlace& place, const std::string& name, base::TimePoint modified,
                uint64_t size) {
    entries_.push_back({name,
                        {{"name", name},
                         {"fileType", "file"},
                         {"downloadUrl", link_(call_.request, below(place, name), expiry_)},
                         {"properties",
                          {{"lastModified", to_wire_time(modified)},
                           {"contentLength", static_cast<int64_t>(size)}}}}});
  }

  void add_directory(const std::string& name) {
    entries_.push_back({name, {{"name", name}, {"fileType", "directory"}}});
  }

  const Call& call_;
  shares::ShareStore& shares_;
  const FileLink& link_;
  const base::TimePoint expiry_;
  std::vector<Entry> entries_;
};

base::Result<Response> list_output_files(const Call& call, shares::ShareStore& shares,
                                         const FileLink& link) {
  HP_TRY(const Page page, page_of(call.request));
  HP_TRY(const domain::Run job, job_of(call));
  HP_TRY(const OutputDirectory output, wished_output(call.request, job));
  HP_TRY(const std::string directory, wished_directory(call.request));
  HP_TRY(const std::chrono::minutes lifetime, link_lifetime(call.request));
  const auto place = place_of_folder(*job.spec, output.folder);
  if (!place) return not_on_a_mount(output.id);
  PlaceLister lister(call, shares, link, call.context.clock.wall() + lifetime);
  HP_TRY(auto entries, lister.list(below(*place, directory)));
  return page_of_all(call.request, page, std::move(entries));
}

}  // namespace

void add_job_file_routes(http::Router& router, const service::Context& context,
                         shares::ShareStore& shares, const FileLink& link) {
  const std::string one = workspace_pattern() + "/experiments/{experiment}/jobs/{job}";
  // POST by the specification; some clients GET the next page.
  for (const char* method : {"POST", "GET"}) {
    router.add(method, one + "/listOutputFiles",
               in_workspace(context, [&shares, link](const Call& call) {
                 return list_output_files(call, shares, link);
               }));
  }
}

}  // namespace homeport::api::batchai
