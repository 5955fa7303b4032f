#include "shares/entry_status.hpp"

#include <fcntl.h>

#include <cerrno>

namespace homeport::shares {

base::Result<struct statx> extended_status(const base::FileDescriptor& file) {
  struct statx status {};
  const unsigned wanted = STATX_BASIC_STATS | STATX_BTIME;
  if (::statx(file.get(), "", AT_EMPTY_PATH, wanted, &status) != 0) {
    return base::system_error("cannot stat a file", errno);
  }
  return status;
}

base::TimePoint to_time_point(const struct statx_timestamp& time) {
  return base::TimePoint(base::Duration(time.tv_sec * 1'000'000 + time.tv_nsec / 1000));
}

base::TimePoint time_of_birth(const struct statx& status) {
  return to_time_point((status.stx_mask & STATX_BTIME) != 0 ? status.stx_btime : status.stx_ctime);
}

}  // namespace homeport::shares
