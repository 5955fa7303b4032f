#pragma once

#include "base/error.hpp"

namespace homeport::cli {

/// What the process of a command ends with. Part of the command line's contract: `homeport --help`
/// lists them, scripts rely on them, a number never changes its meaning.
enum class ExitCode {
  Ok = 0,
  Failed = 1,       ///< the thing asked for did not work: a run failed, a request was refused
  Usage = 2,        ///< the command line is wrong; nothing was asked of a server
  Unreachable = 3,  ///< no server answers
  NotFound = 4,
  Denied = 5,
  Conflict = 6,  ///< something stands in the way: a name taken, a port or data directory in use
  Detached = 7,  ///< the person stopped watching; the run goes on
};

constexpr int to_int(ExitCode code) {
  return static_cast<int>(code);
}

/// The code with which a command that met `error` ends.
ExitCode exit_code_of(const base::Error& error);

/// The lines of `homeport --help` that say what each code means.
const char* exit_code_help();

}  // namespace homeport::cli
