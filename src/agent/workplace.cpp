#include "agent/workplace.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <filesystem>

#include "agent/copy_tree.hpp"
#include "agent/mounts.hpp"
#include "agent/tail.hpp"

namespace homeport::agent {
namespace {

bool lies_below(const std::string& path, const std::string& directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

/// May it be the next letter of a folder's name?
bool is_of_name(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '_' ||
         letter == '.';
}

base::Error told(base::Error error, const std::string& target) {
  error.message += " (" + target + ")";
  return error;
}

}  // namespace

base::Result<void> Workplace::enter() {
  HP_TRYV(show(order_.project, order_.project, Writable::Yes));
  for (const engine::ScratchOrder& scratch : order_.scratch) {
    HP_TRYV(show(scratch.place, scratch.path, Writable::Yes));
  }
  HP_TRYV(enter_folders());
  for (const engine::CopyOrder& copy : order_.downloads) {
    if (lies_below(copy.target, order_.project)) continue;
    HP_TRYV(show(copy.target, copy.target, Writable::Yes));
  }
  for (const engine::CopyOrder& copy : order_.uploads) {
    if (lies_below(copy.source, order_.project)) continue;
    HP_TRYV(show(copy.source, copy.source, Writable::Yes));
  }
  HP_TRY(project_, seen().open_directory(order_.project, DataTree::Make::No));
  return write_files();
}

const DataTree& Workplace::seen() const {
  return sandbox_.facts().mounts ? sandbox_.shown() : sandbox_.data();
}

// Where each node sees files of its own it writes them, else the first one does for all.
base::Result<void> Workplace::write_files() const {
  if (!sandbox_.facts().mounts && !order_.head) return base::success();
  for (const auto& [path, content] : order_.files) {
    HP_TRY(const base::FileDescriptor file,
           seen().open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0644));
    if (::write(file.get(), content.data(), content.size()) !=
        static_cast<ssize_t>(content.size())) {
      return base::system_error("cannot write " + path, errno);
    }
  }
  return base::success();
}

// What the node shows has little room, and outlives the attempt.
void Workplace::remove_files() const {
  if (!sandbox_.facts().mounts) return;
  for (const auto& [path, content] : order_.files) {
    const std::filesystem::path file(path);
    const auto folder = seen().open_directory(file.parent_path(), DataTree::Make::No);
    if (folder.has_value()) ::unlinkat(folder.value().get(), file.filename().c_str(), 0);
  }
}

base::Result<void> Workplace::enter_folders() {
  for (const auto& [name, place] : order_.folders) {
    HP_TRY(const base::FileDescriptor folder,
           sandbox_.data().open_directory(place, DataTree::Make::Yes));
    if (sandbox_.facts().mounts) continue;  // seen through a mount, in which root's is the run's
    HP_TRYV(open_way(place));
    HP_TRYV(open_to_runs(folder));
  }
  return base::success();
}

base::Result<void> Workplace::mount_one(const engine::MountOrder& order) {
  const Writable writable = order.read_only ? Writable::No : Writable::Yes;
  const auto shown = sandbox_.facts().mounts ? show(order.source, order.target, writable)
                                             : link(order.source, order.target);
  if (shown.has_error()) return told(shown.error(), order.target);
  return base::success();
}

base::Result<void> Workplace::mount_volumes() {
  for (const engine::MountOrder& order : order_.mounts) {
    if (lies_below(order.target, order_.project)) continue;
    HP_TRYV(mount_one(order));
  }
  return base::success();
}

base::Result<void> Workplace::mount_in_project() {
  for (const engine::MountOrder& order : order_.mounts) {
    if (!lies_below(order.target, order_.project)) continue;
    HP_TRYV(mount_one(order));
  }
  return base::success();
}

base::Result<void> Workplace::show_tree(base::FileDescriptor tree, const std::string& target) {
  HP_TRY(const base::FileDescriptor place,
         sandbox_.shown().open_directory(target, DataTree::Make::No));
  HP_TRYV(attach_mount(tree, place));
  mounted_.push_back(std::move(tree));
  return base::success();
}

base::Result<base::FileDescriptor> Workplace::open_directory(const std::string& path) const {
  return seen().open_directory(localized(path), DataTree::Make::No);
}

std::string Workplace::localized(std::string text) const {
  if (sandbox_.facts().mounts) return text;
  for (const engine::ScratchOrder& scratch : order_.scratch) {
    size_t at = 0;
    while ((at = text.find(scratch.path, at)) != std::string::npos) {
      const size_t end = at + scratch.path.size();
      const bool whole = end == text.size() || !is_of_name(text[end]);
      if (whole) text.replace(at, scratch.path.size(), scratch.place);
      at += whole ? scratch.place.size() : scratch.path.size();
    }
  }
  return text;
}

base::Result<void> Workplace::open_for_writing(const std::string& directory) {
  return show(directory, directory, Writable::Yes);
}

base::Result<void> Workplace::take_back(const std::string& directory) const {
  HP_TRY(const base::FileDescriptor place,
         sandbox_.data().open_directory(directory, DataTree::Make::No));
  struct stat status {};
  const bool given =
      identity_.change && ::fstat(place.get(), &status) == 0 && status.st_uid == identity_.uid;
  if (given) return give_to_root(place.get());
  return base::success();
}

base::Result<void> Workplace::let_pass_to(const std::string& path) const {
  return sandbox_.facts().mounts ? base::success() : open_way(path);
}

void Workplace::end_writing() {
  if (!sandbox_.facts().mounts || mounted_.empty()) return;
  unmount(mounted_.back());
  mounted_.pop_back();
}

base::Result<void> Workplace::show(const std::string& source, const std::string& target,
                                   Writable writable) {
  HP_TRY(const base::FileDescriptor from,
         sandbox_.data().open_directory(source, DataTree::Make::Yes));
  if (!sandbox_.facts().mounts) {
    HP_TRYV(open_way(source));
    return give(from);
  }
  const DataTree& shown = sandbox_.shown();
  if (target != order_.project && lies_below(target, order_.project)) {
    // Made on the disk: in what is shown, root owns nothing.
    HP_TRY(const base::FileDescriptor made,
           sandbox_.data().open_directory(target, DataTree::Make::Yes));
    HP_TRYV(give(made));
  }
  HP_TRY(const base::FileDescriptor place, shown.open_directory(target, DataTree::Make::Yes));
  const bool mapped = identity_.change && writable == Writable::Yes;
  auto mounted =
      bind_mount(from, place, writable, mapped ? std::optional(identity_) : std::nullopt);
  if (mounted.has_error() && mounted.error().code == base::ErrorCode::NotImplemented) {
    struct stat status {};
    const bool own = ::fstat(from.get(), &status) == 0 && status.st_uid != identity_.uid;
    if (own && ::fchownat(from.get(), "", identity_.uid, identity_.gid, AT_EMPTY_PATH) != 0) {
      return base::system_error("cannot give away " + source, errno);
    }
    mounted = bind_mount(from, place, writable);
  }
  if (mounted.has_error()) return told(mounted.error(), target);
  mounted_.push_back(std::move(mounted.value()));
  return base::success();
}

// Without mounts: user code uses the place itself, so it has to own it and reach it.
base::Result<void> Workplace::give(const base::FileDescriptor& directory) const {
  if (!identity_.change || sandbox_.facts().mounts) return base::success();
  if (::fchownat(directory.get(), "", identity_.uid, identity_.gid, AT_EMPTY_PATH) != 0 ||
      ::chmod(path_of(directory).c_str(), 0700) != 0) {
    return base::system_error("cannot give a directory to the run", errno);
  }
  return base::success();
}

// Without mounts: a place in a store, which runs of other users have at the same time.
base::Result<void> Workplace::open_to_runs(const base::FileDescriptor& directory) const {
  if (!identity_.change || ::chmod(path_of(directory).c_str(), 0777) == 0) return base::success();
  return base::system_error("cannot open a directory to runs", errno);
}

base::Result<void> Workplace::open_way(const std::string& path) const {
  if (!identity_.change || !sandbox_.data().contains(path)) return base::success();
  std::filesystem::path way = std::filesystem::path(path).parent_path();
  for (; sandbox_.data().contains(way); way = way.parent_path()) {
    struct stat status {};
    if (::stat(way.c_str(), &status) != 0)
      return base::system_error("cannot look at " + way.string(), errno);
    if ((status.st_mode & S_IXOTH) == 0 &&
        ::chmod(way.c_str(), (status.st_mode & 07777) | S_IXOTH) != 0) {
      return base::system_error("cannot open the way to " + path, errno);
    }
  }
  return base::success();
}

base::Result<void> Workplace::link(const std::string& source, const std::string& target) {
  HP_TRY(const base::FileDescriptor from,
         sandbox_.data().open_directory(source, DataTree::Make::Yes));
  HP_TRYV(open_way(source));
  HP_TRYV(lies_below(target, order_.project) ? give(from) : open_to_runs(from));
  const std::filesystem::path path(target);
  HP_TRY(const base::FileDescriptor parent,
         sandbox_.data().open_directory(path.parent_path(), DataTree::Make::Yes));
  HP_TRYV(open_way(target));
  const std::string name = path.filename();
  ::unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR);  // only an empty one goes
  if (::symlinkat(source.c_str(), parent.get(), name.c_str()) == 0) return base::success();
  if (errno != EEXIST) return base::system_error("cannot link " + target, errno);
  std::error_code ignored;
  if (std::filesystem::read_symlink(path, ignored) == source) return base::success();
  return base::conflict("PlaceTaken",
                        target + " is there already and is not what the run asks for");
}

base::Result<void> Workplace::copy(const engine::CopyOrder& order) const {
  // Both ends by way of the data directory itself: what is made there belongs to root and shows as
  // the run's own where owners are mapped, else it is given to the run.
  const DataTree& data = sandbox_.data();
  HP_TRY(const base::FileDescriptor to, data.open_directory(order.target, DataTree::Make::Yes));
  const auto from = data.open_directory(order.source, DataTree::Make::No);
  const Overwrite overwrite = order.overwrite ? Overwrite::Yes : Overwrite::No;
  if (from.has_value()) return copy_tree(from.value().get(), to.get(), overwrite);
  // One file: copied by its name.
  const std::filesystem::path source(order.source);
  HP_TRY(const base::FileDescriptor folder,
         data.open_directory(source.parent_path(), DataTree::Make::No));
  return copy_file(folder.get(), to.get(), source.filename(), overwrite);
}

Workplace::~Workplace() {
  leave();
  if (!identity_.change || sandbox_.facts().mounts) return;
  // Its user serves other runs later: nothing but this directory keeps them out.
  const auto project = sandbox_.data().open_directory(order_.project, DataTree::Make::No);
  if (project.has_value() && ::fchownat(project.value().get(), "", 0, 0, AT_EMPTY_PATH) != 0)
    return;
}

void Workplace::leave() {
  project_ = base::FileDescriptor();
  remove_files();
  for (auto mounted = mounted_.rbegin(); mounted != mounted_.rend(); ++mounted) unmount(*mounted);
  mounted_.clear();
}

Workplace::FileWay Workplace::way_to(const std::string& name) const {
  FileWay way{order_.artifacts, name};
  size_t longest = 0;
  for (const auto& [folder, place] : order_.folders) {
    const bool inside = name.size() > folder.size() && lies_below(name, folder);
    if (!inside || folder.size() <= longest) continue;
    longest = folder.size();
    way = {place, name.substr(folder.size() + 1)};
  }
  return way;
}

base::Result<base::FileDescriptor> Workplace::open_log(const std::string& name) const {
  const FileWay way = way_to(name);
  HP_TRY(const base::FileDescriptor files,
         sandbox_.data().open_directory(way.directory, DataTree::Make::Yes));
  const std::string folder = std::filesystem::path(way.name).parent_path();
  if (!folder.empty()) {
    HP_TRYV(make_beneath(files.get(), folder));
  }
  HP_TRY(base::FileDescriptor log,
         open_beneath(files.get(), way.name, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK, 0644));
  struct stat status {};
  if (::fstat(log.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return base::conflict("NotAFile", "the log " + name + " is not a regular file");
  }
  ::fcntl(log.get(), F_SETFL, O_APPEND);  // user code expects a file that blocks
  if (identity_.change && status.st_uid != identity_.uid &&
      ::fchown(log.get(), identity_.uid, identity_.gid) != 0) {
    return base::system_error("cannot give the log " + name + " to the run", errno);
  }
  return log;
}

std::string Workplace::log_tail(const std::string& name) const {
  if (name.empty()) return {};
  const FileWay way = way_to(name);
  const auto log = sandbox_.data().open_file(way.directory + "/" + way.name, O_RDONLY | O_NONBLOCK);
  return log.has_value() ? last_lines(log.value(), 20) : std::string();
}

}  // namespace homeport::agent
