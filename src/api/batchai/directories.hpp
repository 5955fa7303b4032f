#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/batchai/volumes.hpp"
#include "base/result.hpp"
#include "domain/run.hpp"
#include "domain/run_spec.hpp"

/// The directories of a job: what it reads, what it writes, and where that is kept.
namespace homeport::api::batchai {

/// An output directory, "stdouterr" among them.
struct OutputDirectory {
  std::string id;
  std::string folder;     ///< its name among the run's files: "stdouterr", "outputs/Models"
  std::string node_path;  ///< on a node, with variables in it
  std::string prefix;     ///< the client's own part of node_path, with variables in it
};

/// Those of a job's conformed properties, stdouterr first. `segment`:
/// jobOutputDirectoryPathSegment.
std::vector<OutputDirectory> output_directories(const boost::json::object& properties,
                                                const std::string& segment);

/// InvalidArgument naming the field: an id that cannot end a variable's name or is there twice, a
/// suffix that leaves its directory.
base::Result<void> check_directories(const boost::json::object& properties);

/// Of each output directory that is on a volume: where it is kept.
std::vector<domain::RunFolder> folders_on_volumes(const std::vector<OutputDirectory>& directories,
                                                  const MountRoots& roots);

/// Where a folder of a job is kept; nullopt if on no volume.
std::optional<domain::FilePlace> place_of_folder(const domain::RunSpec& spec,
                                                 const std::string& folder);

/// The property that holds it; empty for a run that is no job.
std::string segment_of(const domain::Run& job);

/// Run::definition of a job, and the properties in it; empty for a run that is no job.
boost::json::object definition_of(const domain::Run& job);
boost::json::object properties_of(const domain::Run& job);

}  // namespace homeport::api::batchai
