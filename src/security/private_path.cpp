#include "security/private_path.hpp"

#include <sys/stat.h>

#include <cerrno>

namespace homeport::security {

base::Result<void> refuse_if_shared(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return base::system_error("cannot look at " + path.string(), errno);
  }
  if ((info.st_mode & 077U) != 0) {
    return base::permission_denied(path.string() +
                                   " can be read by other users; take their rights away with "
                                   "chmod go= before the next start");
  }
  return base::success();
}

}  // namespace homeport::security
