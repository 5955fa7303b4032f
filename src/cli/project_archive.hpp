#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace homeport::cli {

/// A project folder packed for submission.
struct ProjectArchive {
  std::string zip;
  std::vector<std::string> files;  ///< sorted
  uint64_t unpacked_bytes = 0;
};

/// Zips the regular files of `folder`, links to files as the files they name, without what
/// .amlignore (else .gitignore) leaves out, and never .git, .azureml, __pycache__ or notebook
/// checkpoints. ResourceExhausted beyond the services' 300 MB, naming the largest file.
base::Result<ProjectArchive> pack_project(const std::filesystem::path& folder);

}  // namespace homeport::cli
