#include "app/data_directory.hpp"

#include "base/file.hpp"

namespace homeport::app {

base::Result<DataDirectory> DataDirectory::prepare(const std::filesystem::path& root) {
  std::error_code error;
  DataDirectory directory{std::filesystem::absolute(root, error)};
  if (error) return base::system_error("cannot use " + root.string(), error.value());
  HP_TRYV(base::make_directory(directory.root, 0711));
  for (const char* open_to_nodes :
       {"runs", "nodes", "agent", "python", "environments", "certificates"}) {
    HP_TRYV(base::make_directory(directory.root / open_to_nodes, 0711));
  }
  for (const char* closed : {"secrets", "snapshots", "spool", "log", "run"}) {
    HP_TRYV(base::make_directory(directory.root / closed, 0700));
  }
  return directory;
}

}  // namespace homeport::app
